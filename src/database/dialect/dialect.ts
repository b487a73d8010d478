import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { SchemaDialect } from './schema-dialect.js';

/** A table that a query reads by one index only. */
export interface IndexedTable {
  readonly table: string;
  readonly alias: string;
  readonly index: string;
}

/** Rows as a subquery named `given`, whose first column finds the row to change. */
export interface RowUpdate {
  readonly table: string;
  readonly given: string;
  readonly isSameRow: string;
  readonly set: string;
  readonly where: string;
}

/**
 * What SQLite and MySQL/MariaDB do differently: `dialectOf` gives the dialect of a connection. Parameters named
 * here are SQL, so they must never come from a client.
 */
export interface Dialect {
  /** Definitions of tables, for migrations. */
  readonly schema: SchemaDialect;

  /** Whether several servers can use one database. */
  readonly allowsSeveralServers: boolean;

  /** Whether a query keeps this process from doing anything else. */
  readonly blocksEventLoop: boolean;

  /** The database's time in UTC, plus whole seconds. */
  now(offsetSeconds: number): string;

  /** Keeps the selected rows from changing until the transaction ends. */
  forUpdate<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): SelectQueryBuilder<T>;

  /** Tables of a FROM clause, joined in this order and read by the named indexes only. */
  from(tables: readonly IndexedTable[]): string;

  /** That a column, by which a list is sorted first, has this value. Lets the list begin in the middle of an index. */
  sameValue(column: string, value: string): string;

  /** That a row comes after another one in the order of these columns; no two rows may be the same in all of them. */
  isAfter(columns: readonly string[], values: readonly string[]): string;

  /** The UTC day of `created_at` of a table that has the generated column `created_day`, as its indexes name it. */
  createdDay(alias: string): string;

  /** The end of an INSERT that adds to the counters of rows that exist. */
  addOnConflict(table: string, keys: readonly string[], counters: readonly string[]): string;

  /** An UPDATE with values of its own for each row. */
  updateFrom(update: RowUpdate): string;
}
