import type { ObjectLiteral } from 'typeorm';
import type { ListPosition } from '../../common/pagination/index.js';
import type { IndexedTable } from '../dialect/dialect.js';

/** Describes a list of rows, newest first. Strings with SQL must never come from a client. */
export interface Listing {
  readonly table: string;
  /** The alias of the table in conditions. */
  readonly alias: string;
  /** The index that sorts the table by `created_at` and `id`. */
  readonly index: string;
  /** The values for placeholders like `:userId` in conditions. */
  readonly parameters: ObjectLiteral;
  /** The list begins after this position. If the position is `null`, the list begins with the newest row. */
  readonly after: ListPosition | null;
}

/**
 * A range of index entries. A query finds the range with `indexCondition`, and then checks `residualCondition` for each
 * entry of the range.
 */
export interface IndexRange {
  readonly index: string;
  /** The condition that selects the range in the index. */
  readonly indexCondition: string;
  /** A table that `indexCondition` refers to. The query reads it first, as the outer table of a nested-loop join. */
  readonly outerTable?: IndexedTable;
  /** The rest of the query's conditions. The query checks it for each entry of the range. */
  readonly residualCondition?: string;
  /**
   * Whether the index lacks a column of `residualCondition`, so that the query must read the row of each entry.
   * `findNewest` uses this to compare the costs of ranges and alternatives.
   */
  readonly readsRows?: boolean;
  /** The SQL of a join that `residualCondition` needs. The join must not add or remove rows. */
  readonly join?: string;
  /**
   * The order of the entries in the range. `time`: by `created_at` and `id`. `day`: by the day of creation and then by
   * other columns. `none`: the order does not depend on the time of creation.
   */
  readonly order: 'time' | 'day' | 'none';
  /**
   * The first column of the index. It is set only if `indexCondition` pins this column to a single value with
   * `Dialect.isEqual`. ORDER BY must then begin with this column.
   */
  readonly leadingColumn?: string;
}
