import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Dialect, IndexedTable, RowUpdate } from './dialect.js';
import { MysqlSchemaDialect } from './mysql.schema-dialect.js';

/** The dialect of MySQL and MariaDB. */
export class MysqlDialect implements Dialect {
  readonly schema = new MysqlSchemaDialect();
  readonly allowsSeveralServers = true;
  readonly blocksEventLoop = false;

  now(offsetSeconds: number): string {
    return `UTC_TIMESTAMP(3) + INTERVAL ${offsetSeconds} SECOND`;
  }

  forUpdate<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): SelectQueryBuilder<T> {
    return query.setLock('pessimistic_write');
  }

  from(tables: readonly IndexedTable[]): string {
    return tables
      .map(({ table, alias, index }) => `${table} AS ${alias} FORCE INDEX (${index})`)
      .join(' STRAIGHT_JOIN ');
  }

  /**
   * Caution: with `column = value`, MariaDB uses only this column to find its place in the index. If a list continues in
   * the middle of half a million rows, MariaDB then reads all earlier rows, which takes 0.8 s. With `>=` and `<=`,
   * MariaDB goes directly to the row after which the list continues.
   */
  isEqual(column: string, value: string): string {
    return `${column} >= ${value} AND ${column} <= ${value}`;
  }

  /**
   * The condition consists of ranges that don't overlap. Only with this form does MariaDB go directly to the first
   * matching index entry.
   */
  isAfter(columns: readonly string[], values: readonly string[]): string {
    const ranges = columns.map((column, depth) =>
      [
        ...columns.slice(0, depth).map((equal, index) => `${equal} = ${values[index]}`),
        `${column} > ${values[depth]}`,
      ].join(' AND '),
    );
    return `(${ranges.map((range) => `(${range})`).join(' OR ')})`;
  }

  createdDay(alias: string): string {
    return `${alias}.created_day`;
  }

  addOnConflict(table: string, _keys: readonly string[], counters: readonly string[]): string {
    const sums = counters.map((counter) => `${counter} = ${table}.${counter} + VALUES(${counter})`);
    return `ON DUPLICATE KEY UPDATE ${sums.join(', ')}`;
  }

  updateFrom({ table, input, isSameRow, set, where }: RowUpdate): string {
    return `UPDATE ${table} JOIN ${input} ON ${isSameRow} SET ${set} WHERE ${where}`;
  }
}
