import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager, ObjectLiteral } from 'typeorm';
import { dialectOf } from '../dialect/dialect-of.js';

/**
 * The number of index entries that each query reads. It is limited because a query blocks this process on SQLite, and
 * must end before its timeout on MySQL and MariaDB.
 */
const ENTRIES_PER_QUERY = 5_000;

/** Describes what to count in an index. Strings with SQL must never come from a client. */
export interface IndexCount<Name extends string> {
  readonly table: string;
  /** The alias of the table in `where` and `counts`. */
  readonly alias: string;
  /** The index to read. It must contain all columns in `key`, `columns`, `where` and `counts`. */
  readonly index: string;
  /** The first columns of the index. Their combination must be unique. */
  readonly key: readonly string[];
  /** The columns outside `key` that the conditions in `counts` use. */
  readonly columns: readonly string[];
  /** The condition that selects the index entries to read. */
  readonly where: string;
  /** The name of each count, and the condition for the entries that it counts. */
  readonly counts: Readonly<Record<Name, string>>;
  readonly parameters: ObjectLiteral;
}

/**
 * Counts the entries of an index in several short queries, so that the process can do other work between them. If an
 * entry moves within the index in the meantime, it may be missed or counted twice.
 */
export async function countInSteps<Name extends string>(
  manager: EntityManager,
  { table, alias, index, key, columns, where, counts, parameters }: IndexCount<Name>,
  entriesPerQuery = ENTRIES_PER_QUERY,
): Promise<Record<Name, number>> {
  const names = Object.keys(counts) as Name[];
  const dialect = dialectOf(manager);
  const qualified = (column: string): string => `${alias}.${column}`;
  const isAfter = dialect.isAfter(
    key.map(qualified),
    key.map((column) => `:after_${column}`),
  );
  const select = (selected: readonly string[], after: ObjectLiteral | null): string =>
    `SELECT ${selected.map(qualified).join(', ')}
     FROM ${dialect.from([{ table, alias, index }])}
     WHERE ${where}${after ? ` AND ${isAfter}` : ''}
     ORDER BY ${key.map(qualified).join(', ')}`;
  const run = <Row>(sql: string, after: ObjectLiteral | null): Promise<Row[]> => {
    const values = { ...parameters, ...after };
    return manager.query<Row[]>(...manager.connection.driver.escapeQueryWithParameters(sql, values));
  };

  const totals = Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
  const sums = names.map((name) => `COUNT(CASE WHEN ${counts[name]} THEN 1 END) AS ${name}`).join(', ');
  let after: ObjectLiteral | null = null;
  do {
    const entries = `${select([...key, ...columns], after)} LIMIT ${entriesPerQuery}`;
    const [row] = await run<Record<Name, number | string>>(
      `SELECT ${sums} FROM (${entries}) AS ${alias}`,
      after,
    );
    for (const name of names) totals[name] += Number(row![name]);
    const lastEntry: string = `${select(key, after)} LIMIT 1 OFFSET ${entriesPerQuery - 1}`;
    const [last]: ObjectLiteral[] = await run<ObjectLiteral>(lastEntry, after);
    after = last
      ? Object.fromEntries(key.map((column) => [`after_${column}`, last[column] as unknown]))
      : null;
    await nextTurn();
  } while (after);
  return totals;
}
