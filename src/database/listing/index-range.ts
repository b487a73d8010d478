import type { ObjectLiteral } from 'typeorm';
import type { Position } from '../../common/pagination/index.js';
import type { IndexedTable } from '../dialect/dialect.js';

/** Describes a list of rows, newest first. The SQL must never come from a client. */
export interface Listing {
  readonly table: string;
  /** The alias of the table in conditions. */
  readonly alias: string;
  /** The index on `created_at` and `id`. */
  readonly index: string;
  /** The values for the `:names` in conditions. */
  readonly parameters: ObjectLiteral;
  /** The list begins after this position, or with the newest row if this is `null`. */
  readonly after: Position | null;
}

/**
 * A range of index entries from which a query reads rows. The query finds the range with `indexCondition` and then
 * checks `residualCondition` for each entry.
 */
export interface IndexRange {
  readonly index: string;
  /** The condition that selects the range in the index. */
  readonly indexCondition: string;
  /** A table that `indexCondition` refers to. The query reads it first, as the outer table of a nested-loop join. */
  readonly outerTable?: IndexedTable;
  /** Another condition that the query checks for each entry of the range. */
  readonly residualCondition?: string;
  /**
   * Whether the index lacks a column of `residualCondition`, so that the query must read the row of each entry.
   * `findNewest` uses this to compare the costs of ranges and alternatives.
   */
  readonly readsRows?: boolean;
  /** A join that `residualCondition` needs. It must not add or remove rows. */
  readonly join?: string;
  /**
   * The order of the entries. `time` means by `created_at` and `id`. `day` means by the day of creation and then by
   * other columns. `none` means that the order does not depend on time.
   */
  readonly order: 'time' | 'day' | 'none';
  /**
   * The first column of the index, if `indexCondition` limits it to one value with `Dialect.isEqual`. In that case,
   * ORDER BY must begin with this column.
   */
  readonly leadingColumn?: string;
}
