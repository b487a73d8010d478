import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Dialect, IndexedTable, RowUpdate } from './dialect.js';
import { SqliteSchemaDialect } from './sqlite.schema-dialect.js';

export class SqliteDialect implements Dialect {
  readonly schema = new SqliteSchemaDialect();
  readonly allowsSeveralServers = false;
  readonly blocksEventLoop = true;

  now(offsetSeconds: number): string {
    return `strftime('%Y-%m-%d %H:%M:%f', 'now', '${offsetSeconds} seconds')`;
  }

  /** Only one transaction writes at a time, so nobody else can change the rows. */
  forUpdate<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): SelectQueryBuilder<T> {
    return query;
  }

  from(tables: readonly IndexedTable[]): string {
    return tables
      .map(({ table, alias, index }) => `${table} AS ${alias} INDEXED BY ${index}`)
      .join(' CROSS JOIN ');
  }

  sameValue(column: string, value: string): string {
    return `${column} = ${value}`;
  }

  /** Only for a comparison of rows does SQLite look up the place in the index. */
  isAfter(columns: readonly string[], values: readonly string[]): string {
    return `(${columns.join(', ')}) > (${values.join(', ')})`;
  }

  /** SQLite reads an index alone only where the query has the index's expression, not the generated column. */
  createdDay(alias: string): string {
    return `date(${alias}.created_at)`;
  }

  addOnConflict(table: string, keys: readonly string[], counters: readonly string[]): string {
    const sums = counters.map((counter) => `${counter} = ${table}.${counter} + excluded.${counter}`);
    return `ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${sums.join(', ')}`;
  }

  updateFrom({ table, given, isSameRow, set, where }: RowUpdate): string {
    return `UPDATE ${table} SET ${set} FROM ${given} WHERE ${isSameRow} AND (${where})`;
  }
}
