import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager, ObjectLiteral } from 'typeorm';
import { dialectOf } from '../dialect/dialect-of.js';

/** Entries per query. On SQLite a query blocks this process, on MariaDB it must end before its timeout. */
const STEP = 20_000;

/** What to count. The SQL must never come from a client. */
export interface Counting<Name extends string> {
  readonly table: string;
  /** The name of an entry in conditions. */
  readonly alias: string;
  /** An index with every column that is named here. */
  readonly index: string;
  /** The first columns of the index, enough to tell all entries apart. */
  readonly key: readonly string[];
  /** Further columns that `counts` needs. */
  readonly columns: readonly string[];
  /** Which entries to read. */
  readonly where: string;
  /** The condition for each count. */
  readonly counts: Readonly<Record<Name, string>>;
  readonly parameters: ObjectLiteral;
}

/**
 * Counts the entries of an index in several queries, so that other work runs in between. An entry that moves in the
 * index meanwhile may be missed or counted twice.
 */
export async function countInSteps<Name extends string>(
  manager: EntityManager,
  { table, alias, index, key, columns, where, counts, parameters }: Counting<Name>,
  step = STEP,
): Promise<Record<Name, number>> {
  const names = Object.keys(counts) as Name[];
  const dialect = dialectOf(manager);
  const named = (column: string): string => `${alias}.${column}`;
  const isAfter = dialect.isAfter(
    key.map(named),
    key.map((column) => `:after_${column}`),
  );
  const select = (what: readonly string[], after: ObjectLiteral | null): string =>
    `SELECT ${what.map(named).join(', ')}
     FROM ${dialect.from([{ table, alias, index }])}
     WHERE ${where}${after ? ` AND ${isAfter}` : ''}
     ORDER BY ${key.map(named).join(', ')}`;
  const run = <Row>(sql: string, after: ObjectLiteral | null): Promise<Row[]> => {
    const values = { ...parameters, ...after };
    return manager.query<Row[]>(...manager.connection.driver.escapeQueryWithParameters(sql, values));
  };

  const totals = Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
  const sums = names.map((name) => `COUNT(CASE WHEN ${counts[name]} THEN 1 END) AS ${name}`).join(', ');
  let after: ObjectLiteral | null = null;
  do {
    const entries = `${select([...key, ...columns], after)} LIMIT ${step}`;
    const [found] = await run<Record<Name, number | string>>(
      `SELECT ${sums} FROM (${entries}) AS ${alias}`,
      after,
    );
    for (const name of names) totals[name] += Number(found![name]);
    const [last]: ObjectLiteral[] = await run(`${select(key, after)} LIMIT 1 OFFSET ${step - 1}`, after);
    after = last
      ? Object.fromEntries(key.map((column) => [`after_${column}`, last[column] as unknown]))
      : null;
    await nextTurn();
  } while (after);
  return totals;
}
