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
   * Returns the query unchanged, because SQLite needs no row locks. Only one transaction can write at a time, so no
   * other transaction can change the rows.
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

  /**
   * This condition compares row values. Only with this form does SQLite go directly to the first matching index entry.
   */
  isAfter(columns: readonly string[], values: readonly string[]): string {
    return `(${columns.join(', ')}) > (${values.join(', ')})`;
  }

  /**
   * On SQLite, the indexes on `created_day` contain this expression instead of the column. SQLite can use them as
   * covering indexes only if the query also contains the expression.
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
