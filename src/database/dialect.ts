// What MySQL/MariaDB and SQLite do differently, in one place.
import type { DataSource, EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';

export const isSqlite = (dataSource: Pick<DataSource, 'options'>): boolean =>
  dataSource.options.type === 'better-sqlite3';

/** A table of a query that is read by this index only. */
export const readBy = (
  dataSource: Pick<DataSource, 'options'>,
  table: string,
  alias: string,
  index: string,
): string =>
  `${table} AS ${alias} ${isSqlite(dataSource) ? `INDEXED BY ${index}` : `FORCE INDEX (${index})`}`;

/** Keeps the selected rows from changing until the transaction ends. SQLite has one writer anyway. */
export function forUpdate<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): SelectQueryBuilder<T> {
  return isSqlite(query.connection) ? query : query.setLock('pessimistic_write');
}

/**
 * The condition of a list, sorted by this column first, that it has the value of the parameter. Trap: given an
 * equality, MariaDB finds the rows by it alone and then reads all that come before the page, 0.8 s in the middle of
 * half a million; a range of one value lets it begin where the page does. SQLite needs the equality for the same.
 */
export const sameValue = (
  manager: Pick<EntityManager, 'connection'>,
  column: string,
  parameter: string,
): string =>
  isSqlite(manager.connection)
    ? `${column} = ${parameter}`
    : `${column} >= ${parameter} AND ${column} <= ${parameter}`;

/** Sorts after every other character, on both: code points are compared. */
const LAST_CHARACTER = '\u{10FFFF}';

/** The bounds between which all texts lie that begin with `start`. Needs no wildcards and can use an index. */
export const startsWith = (start: string): { from: string; to: string } => ({
  from: start,
  to: start + LAST_CHARACTER,
});

/** Adds to the counters of rows; those that are missing begin with what is added. Names are ours, never a caller's. */
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
  const sums = (added: (counter: string) => string) =>
    names.counters.map((counter) => `${counter} = ${table}.${counter} + ${added(counter)}`).join(', ');
  const merge = isSqlite(manager.connection)
    ? `ON CONFLICT (${names.keys.join(', ')}) DO UPDATE SET ${sums((counter) => `excluded.${counter}`)}`
    : `ON DUPLICATE KEY UPDATE ${sums((counter) => `VALUES(${counter})`)}`;
  await manager.query(`${insert} ${merge}`, rows.flat());
}

/**
 * Changes many rows in one statement. `set` and `where` are SQL that calls the values of a row `given.<name>`; the
 * first name is the column that finds it. Names and SQL are ours, never a caller's.
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
  const found = `given.${names[0]} = ${table}.${names[0]}`;
  const sql = isSqlite(manager.connection)
    ? `UPDATE ${table} SET ${set} FROM ${given} WHERE ${found} AND (${where})`
    : `UPDATE ${table} JOIN ${given} ON ${found} SET ${set} WHERE ${where}`;
  await manager.query(sql, [...rows.flat(), ...parameters]);
}
