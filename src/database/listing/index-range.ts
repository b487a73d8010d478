import type { ObjectLiteral } from 'typeorm';
import type { Position } from '../../common/pagination/index.js';

/** A list of rows. The SQL must never come from a client. */
export interface Listing {
  readonly table: string;
  /** The name of a row in conditions. */
  readonly alias: string;
  /** The index by `created_at` and `id`. */
  readonly index: string;
  /** Values for the `:names` in conditions. */
  readonly parameters: ObjectLiteral;
  /** The list begins after this position. */
  readonly after: Position | null;
}

/** A table that is read before the listed table, by this index. */
interface FirstTable {
  readonly table: string;
  readonly alias: string;
  readonly index: string;
}

/** Rows that stand next to each other in an index. */
export interface IndexRange {
  readonly index: string;
  /** The condition that the index can search. */
  readonly where: string;
  /** A table that the condition refers to. */
  readonly first?: FirstTable;
  /** A further condition, checked entry by entry. */
  readonly rest?: string;
  /** Whether `rest` needs columns outside the index, so that each entry costs the read of a row. */
  readonly readsRows?: boolean;
  /** A join that `rest` needs. It must not add or remove rows. */
  readonly join?: string;
  /**
   * How the index sorts the rows: `newest` by `created_at` and `id`, `days` by the day of creation and then by other
   * columns, `mixed` not by time.
   */
  readonly order: 'newest' | 'days' | 'mixed';
  /** The first column of the index where all rows have the same value in it. */
  readonly within?: string;
}
