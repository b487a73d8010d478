import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { SchemaDialect } from './schema-dialect.js';

/** A table, and the index with which a query must read the table. */
export interface IndexedTable {
  readonly table: string;
  readonly alias: string;
  readonly index: string;
}

/** An UPDATE of many rows, each with its own values. All properties contain SQL. */
export interface RowUpdate {
  readonly table: string;
  /** A subquery with the new values, one row for each row to update. */
  readonly input: string;
  /** The condition that joins `input` with the table. */
  readonly isSameRow: string;
  readonly set: string;
  readonly where: string;
}

/**
 * The SQL that differs between SQLite and MySQL/MariaDB. `dialectOf` returns the dialect of a connection. String
 * arguments contain SQL, so they must never come from a client.
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

  /** Makes a SELECT lock the rows that it returns until the transaction ends. */
  forUpdate<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): SelectQueryBuilder<T>;

  /** Returns the tables for a FROM clause. Joins them in the given order, and forces the use of the given indexes. */
  from(tables: readonly IndexedTable[]): string;

  /**
   * Returns a condition for the rows in which `column` equals `value`, for queries that sort by this column first. If a
   * list continues after a certain row, this form of the condition lets the database find that row in the index without
   * reading the rows before it.
   */
  isEqual(column: string, value: string): string;

  /**
   * Returns a condition for the rows that come after the given values if rows are sorted by the given columns. The
   * combination of columns must be unique.
   */
  isAfter(columns: readonly string[], values: readonly string[]): string;

  /** Returns SQL for the UTC day of `created_at`, in a form that lets a query use the indexes on `created_day`. */
  createdDay(alias: string): string;

  /**
   * Returns the clause of an INSERT for rows whose `keys` already exist in the table. The clause adds the new values to
   * their counters.
   */
  addOnConflict(table: string, keys: readonly string[], counters: readonly string[]): string;

  /** Returns the complete UPDATE statement. */
  updateFrom(update: RowUpdate): string;
}
