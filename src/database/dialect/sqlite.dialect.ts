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

  /**
   * SQLite needs no row locks. Only one transaction can write at a time, so no other transaction can change the rows.
   */
  forUpdate<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): SelectQueryBuilder<T> {
    return query;
  }

  from(tables: readonly IndexedTable[]): string {
    return tables
      .map(({ table, alias, index }) => `${table} AS ${alias} INDEXED BY ${index}`)
      .join(' CROSS JOIN ');
  }

  isEqual(column: string, value: string): string {
    return `${column} = ${value}`;
  }

  /** SQLite seeks the position in the index only for a comparison of row values. */
  isAfter(columns: readonly string[], values: readonly string[]): string {
    return `(${columns.join(', ')}) > (${values.join(', ')})`;
  }

  /**
   * SQLite can use the index as a covering index only if the query repeats the expression of the index instead of the
   * name of the column.
   */
  createdDay(alias: string): string {
    return `date(${alias}.created_at)`;
  }

  addOnConflict(table: string, keys: readonly string[], counters: readonly string[]): string {
    const sums = counters.map((counter) => `${counter} = ${table}.${counter} + excluded.${counter}`);
    return `ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${sums.join(', ')}`;
  }

  updateFrom({ table, input, isSameRow, set, where }: RowUpdate): string {
    return `UPDATE ${table} SET ${set} FROM ${input} WHERE ${isSameRow} AND (${where})`;
  }
}
