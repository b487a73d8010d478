import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { SchemaDialect } from './schema-dialect.js';

/** A table that a query must read with this index. */
export interface IndexedTable {
  readonly table: string;
  readonly alias: string;
  readonly index: string;
}

/** An UPDATE of many rows with different values. The members are SQL. */
export interface RowUpdate {
  readonly table: string;
  /** A subquery with the new values, one row for each row to update. */
  readonly input: string;
  /** The condition that joins the subquery with the table. */
  readonly isSameRow: string;
  readonly set: string;
  readonly where: string;
}

/**
 * The differences between SQLite and MySQL/MariaDB. `dialectOf` returns the dialect of a connection. Arguments of type
 * string are SQL, so they must never come from a client.
 */
export interface Dialect {
  /** Definitions of tables, for migrations. */
  readonly schema: SchemaDialect;

  /** Whether several server processes can use the database. */
  readonly allowsSeveralServers: boolean;

  /** Whether a query blocks the event loop of this process. */
  readonly blocksEventLoop: boolean;

  /** SQL for the database's current time in UTC, plus this many seconds. */
  now(offsetSeconds: number): string;

  /** Makes a SELECT lock its rows until the transaction ends. */
  forUpdate<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): SelectQueryBuilder<T>;

  /** A FROM clause that joins the tables in this order and forces the use of their indexes. */
  from(tables: readonly IndexedTable[]): string;

  /**
   * The condition `column = value` for the first column of ORDER BY. It lets the database seek a start position in the
   * middle of an index.
   */
  isEqual(column: string, value: string): string;

  /** True for rows that sort after these values. The columns together must be unique. */
  isAfter(columns: readonly string[], values: readonly string[]): string;

  /** The UTC day of `created_at`, in the form that lets a query use the indexes on `created_day`. */
  createdDay(alias: string): string;

  /** The clause of an INSERT that adds to the counters of a row that already exists. */
  addOnConflict(table: string, keys: readonly string[], counters: readonly string[]): string;

  /** A complete UPDATE statement. */
  updateFrom(update: RowUpdate): string;
}
