import type { ObjectLiteral } from 'typeorm';
import type { Position } from '../../common/pagination/index.js';

/** What a list is made of. Names and conditions in SQL are ours, never a caller's. */
export interface Listing {
  readonly table: string;
  /** What conditions call the rows. */
  readonly alias: string;
  /** The index by time of creation and id. */
  readonly index: string;
  /** Values of the `:names` in conditions. */
  readonly parameters: ObjectLiteral;
  /** Only rows after this one. */
  readonly after: Position | null;
}

/** A table that is read before the listed one, by this index. */
interface FirstTable {
  readonly table: string;
  readonly alias: string;
  readonly index: string;
}

/** Rows that an index holds together. */
export interface IndexRange {
  readonly index: string;
  /** The condition that the index answers. */
  readonly where: string;
  /** Where the condition needs it. */
  readonly first?: FirstTable;
  /** What else the rows must meet. */
  readonly rest?: string;
  /** Whether the rest needs columns that the index does not have, so that each entry costs a row. */
  readonly readsRows?: boolean;
  /** A join that the rest needs. It must not change which rows there are. */
  readonly join?: string;
  /**
   * How the index sorts the rows: `newest` by time of creation and id, `days` by the day of creation and then by
   * something else, `mixed` not by time.
   */
  readonly order: 'newest' | 'days' | 'mixed';
  /** A column that is the same in all rows, and by which the index is sorted first. */
  readonly within?: string;
}
