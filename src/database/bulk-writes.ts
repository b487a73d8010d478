// The functions in this file write many rows with one statement. Table names, column names and SQL must never come from
// a client.
import type { EntityManager } from 'typeorm';
import { dialectOf } from './dialect/dialect-of.js';

/**
 * Adds values to the counters of many rows. Inserts rows that don't exist yet.
 * @param columns the columns that identify a row (`keys`), and the columns to add to (`counters`).
 * @param rows each row contains the values of `keys`, followed by the numbers to add to `counters`.
 */
export async function addToCounters(
  manager: EntityManager,
  table: string,
  columns: { readonly keys: readonly string[]; readonly counters: readonly string[] },
  rows: readonly (readonly (string | number)[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = [...columns.keys, ...columns.counters];
  const placeholders = `(${names.map(() => '?').join(', ')})`;
  const insert = `INSERT INTO ${table} (${names.join(', ')}) VALUES ${rows.map(() => placeholders).join(', ')}`;
  const merge = dialectOf(manager).addOnConflict(table, columns.keys, columns.counters);
  await manager.query(`${insert} ${merge}`, rows.flat());
}

/**
 * Updates many rows in one statement, each with its own values. `names` contains the names of the values in each entry
 * of `rows`. The first name must be the column that identifies the row to update. In the SQL of `set` and `where`,
 * `input.<name>` refers to a value.
 * @param parameters the values for other placeholders in `set` and `where`.
 */
export async function updateRows(
  manager: EntityManager,
  table: string,
  { names, set, where }: { readonly names: readonly string[]; readonly set: string; readonly where: string },
  rows: readonly (readonly unknown[])[],
  ...parameters: readonly unknown[]
): Promise<void> {
  if (rows.length === 0) return;
  const first = `SELECT ${names.map((name) => `? AS ${name}`).join(', ')}`;
  const other = `SELECT ${names.map(() => '?').join(', ')}`;
  const input = `(${rows.map((_, index) => (index === 0 ? first : other)).join(' UNION ALL ')}) AS input`;
  const isSameRow = `input.${names[0]} = ${table}.${names[0]}`;
  const sql = dialectOf(manager).updateFrom({ table, input, isSameRow, set, where });
  await manager.query(sql, [...rows.flat(), ...parameters]);
}
