import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { SchemaDialect } from './schema-dialect.js';

/** A table, and the index that a query must use to read it. */
export interface IndexedTable {
  readonly table: string;
  readonly alias: string;
  readonly index: string;
}

/** An UPDATE of many rows with different values. All members contain SQL. */
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
 * The differences between SQLite and MySQL/MariaDB. `dialectOf` returns the dialect of a connection. String arguments
 * contain SQL, so they must never come from a client.
 */
export interface Dialect {
  /** The column types and schema changes for migrations. */
  readonly schema: SchemaDialect;

  /** Whether several server processes can use the database. */
  readonly allowsSeveralServers: boolean;

  /** Whether a query blocks the event loop of this process. */
  readonly blocksEventLoop: boolean;

  /** Returns SQL for the database's current time in UTC, plus the given number of seconds. */
  now(offsetSeconds: number): string;

  /** Makes a SELECT lock its rows until the transaction ends. */
  forUpdate<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): SelectQueryBuilder<T>;

  /** Returns a FROM clause that joins the tables in the given order and forces the use of their indexes. */
  from(tables: readonly IndexedTable[]): string;

  /**
   * Returns the condition `column = value` for the first column of ORDER BY. With this form, the database can seek a
   * start position in the middle of an index.
   */
  isEqual(column: string, value: string): string;

  /** Returns a condition for the rows that sort after these values. The combination of columns must be unique. */
  isAfter(columns: readonly string[], values: readonly string[]): string;

  /** Returns SQL for the UTC day of `created_at`, in a form that lets a query use the indexes on `created_day`. */
  createdDay(alias: string): string;

  /** Returns the clause of an INSERT that adds to the counters of a row that already exists. */
  addOnConflict(table: string, keys: readonly string[], counters: readonly string[]): string;

  /** Returns a complete UPDATE statement. */
  updateFrom(update: RowUpdate): string;
}
