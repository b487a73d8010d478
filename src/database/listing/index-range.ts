import type { ObjectLiteral } from 'typeorm';
import type { Position } from '../../common/pagination/index.js';
import type { IndexedTable } from '../dialect/dialect.js';

/** A list of rows, newest first. The SQL must never come from a client. */
export interface Listing {
  readonly table: string;
  /** The alias of the table in conditions. */
  readonly alias: string;
  /** The index on `created_at` and `id`. */
  readonly index: string;
  /** Values for the `:names` in conditions. */
  readonly parameters: ObjectLiteral;
  /** The list begins after this position, or with the newest row. */
  readonly after: Position | null;
}

/**
 * A range of index entries, and how a query reads rows from it: it seeks the range by `indexCondition`, then checks
 * `residualCondition` for each entry.
 */
export interface IndexRange {
  readonly index: string;
  /** The condition that selects the range in the index. */
  readonly indexCondition: string;
  /** A table that `indexCondition` refers to. The query reads it first, as the outer table of a nested-loop join. */
  readonly outerTable?: IndexedTable;
  /** A further condition, which the query checks for each entry of the range. */
  readonly residualCondition?: string;
  /**
   * True if the index lacks a column of `residualCondition`, so that each entry costs the read of its row. `findNewest`
   * uses it to compare the costs of ranges and alternatives.
   */
  readonly readsRows?: boolean;
  /** A join that `residualCondition` needs. It must not add or remove rows. */
  readonly join?: string;
  /**
   * The order of the entries: `time` for `created_at` and `id`, `day` for the day of creation and then other columns,
   * `none` for an order that doesn't depend on time.
   */
  readonly order: 'time' | 'day' | 'none';
  /**
   * The first column of the index, if `indexCondition` limits it to one value with `Dialect.isEqual`. ORDER BY must
   * then begin with it.
   */
  readonly leadingColumn?: string;
}
