// Statements that write many rows at once. Names and SQL in parameters must never come from a client.
import type { EntityManager } from 'typeorm';
import { dialectOf } from './dialect/dialect-of.js';

/** Adds to the counters of rows. A row that is missing begins with what is added. */
export async function addToCounters(
  manager: EntityManager,
  table: string,
  names: { readonly keys: readonly string[]; readonly counters: readonly string[] },
  rows: readonly (readonly (string | number)[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = [...names.keys, ...names.counters];
  const places = `(${columns.map(() => '?').join(', ')})`;
  const insert = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${rows.map(() => places).join(', ')}`;
  const merge = dialectOf(manager).addOnConflict(table, names.keys, names.counters);
  await manager.query(`${insert} ${merge}`, rows.flat());
}

/**
 * Changes many rows in one statement. `set` and `where` are SQL in which `given.<name>` is a value of the row; the
 * first name is the column that finds the row.
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
  const given = `(${rows.map((_, index) => (index === 0 ? first : other)).join(' UNION ALL ')}) AS given`;
  const isSameRow = `given.${names[0]} = ${table}.${names[0]}`;
  const sql = dialectOf(manager).updateFrom({ table, given, isSameRow, set, where });
  await manager.query(sql, [...rows.flat(), ...parameters]);
}
