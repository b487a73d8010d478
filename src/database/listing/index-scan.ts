import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager, ObjectLiteral } from 'typeorm';
import { dialectOf } from '../dialect/dialect-of.js';
import type { Dialect } from '../dialect/dialect.js';

/**
 * The number of index entries that each query reads. It is limited because a query blocks this process on SQLite, and
 * must end before its timeout on MySQL and MariaDB.
 */
const ENTRIES_PER_QUERY = 20_000;

/** A range of entries of an index. Strings with SQL must never come from a client. */
export interface ScannedRange {
  readonly table: string;
  /** The alias of the table in conditions. */
  readonly alias: string;
  readonly index: string;
  /**
   * The first columns of the index, if `where` pins each of them to one value. ORDER BY then begins with them, because
   * MariaDB needs that after `Dialect.isEqual`. Leave out columns that `where` pins with `IS NULL`: MariaDB would sort
   * the entries again.
   */
  readonly pinned: readonly string[];
  /** The columns that sort the entries of the range. They are never null there, and their combination is unique. */
  readonly key: readonly string[];
  /** The condition that selects the range. */
  readonly where: string;
  /** The values for placeholders like `:userId` in conditions. */
  readonly parameters: ObjectLiteral;
}

/** The values of some columns of an index entry, by the name of the column. */
export type Entry = Readonly<Record<string, unknown>>;

/** The part of a range that one query reads. */
interface Step {
  readonly condition: string | null;
  readonly parameters: ObjectLiteral;
}

/**
 * Reads a range of index entries in several short queries, so that the process can do other work between them. The
 * index must contain all columns that a method selects or checks.
 */
export class IndexScan {
  private readonly dialect: Dialect;

  constructor(
    private readonly manager: EntityManager,
    private readonly range: ScannedRange,
    private readonly entriesPerQuery = ENTRIES_PER_QUERY,
  ) {
    this.dialect = dialectOf(manager);
  }

  /**
   * Returns the last entries of the range, in descending order.
   * @param after if this is set, returns only entries that come after this entry in descending order.
   */
  async findLast(
    columns: readonly string[],
    condition: string | null,
    limit: number,
    after: Entry | null,
  ): Promise<Entry[]> {
    const found: Entry[] = [];
    // Without a condition, the first query finds enough entries.
    const steps = condition === null ? [this.step(after, null)] : this.steps(after);
    for await (const step of steps) {
      found.push(...(await this.select(columns, condition, step, this.range.key, limit - found.length)));
      if (found.length >= limit) break;
    }
    return found;
  }

  /**
   * Returns entries that include the first `limit` entries when the range is sorted by other columns than its own,
   * descending. The result itself isn't sorted.
   */
  async findFirstBy(
    order: readonly string[],
    columns: readonly string[],
    condition: string | null,
    limit: number,
  ): Promise<Entry[]> {
    const found: Entry[] = [];
    for await (const step of this.steps(null))
      found.push(...(await this.select(columns, condition, step, order, limit)));
    return found;
  }

  /** Counts the entries that meet the condition. Stops counting at `max`. */
  async count(condition: string | null, max: number): Promise<number> {
    let count = 0;
    for await (const step of condition === null ? [this.step(null, null)] : this.steps(null)) {
      const [row] = await this.run<{ count: number | string }>(
        `SELECT COUNT(*) AS count FROM (SELECT 1 ${this.from(condition, step)} LIMIT ${max - count}) AS counted`,
        step.parameters,
      );
      count += Number(row!.count);
      if (count >= max) break;
    }
    return count;
  }

  /** Counts the entries that meet each of the conditions. */
  async countEach<Name extends string>(
    conditions: Readonly<Record<Name, string>>,
  ): Promise<Record<Name, number>> {
    const names = Object.keys(conditions) as Name[];
    const sums = names.map((name) => `COUNT(CASE WHEN ${conditions[name]} THEN 1 END) AS ${name}`);
    const totals = Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
    for await (const step of this.steps(null)) {
      const [row] = await this.run<Record<Name, number | string>>(
        `SELECT ${sums.join(', ')} ${this.from(null, step)}`,
        step.parameters,
      );
      for (const name of names) totals[name] += Number(row![name]);
    }
    return totals;
  }

  /** Splits the entries after `start` into steps of at most `entriesPerQuery` entries. */
  private async *steps(start: Entry | null): AsyncGenerator<Step> {
    for (let from = start; ; await nextTurn()) {
      const all = this.step(from, null);
      const [end] = await this.run<Entry>(
        `SELECT ${this.list(this.range.key)} ${this.from(null, all)}
         ORDER BY ${this.descending(this.range.key)} LIMIT 1 OFFSET ${this.entriesPerQuery - 1}`,
        all.parameters,
      );
      yield end ? this.step(from, end) : all;
      if (!end) return;
      from = end;
    }
  }

  /** Returns the step that begins after the entry `from` and ends with the entry `to`, in descending order. */
  private step(from: Entry | null, to: Entry | null): Step {
    const { key } = this.range;
    const [first] = key as [string];
    const conditions = [
      ...(from ? [`${this.column(first)} <= :from_${first}`, this.isBelow(key, 'from')] : []),
      ...(to ? [`${this.column(first)} >= :to_${first}`, `NOT ${this.isBelow(key, 'to')}`] : []),
    ];
    const parameters = Object.fromEntries(
      key.flatMap((name) => [
        [`from_${name}`, from?.[name]],
        [`to_${name}`, to?.[name]],
      ]),
    );
    return { condition: conditions.join(' AND ') || null, parameters };
  }

  private isBelow([name, ...rest]: readonly string[], bound: 'from' | 'to'): string {
    const [column, value] = [this.column(name!), `:${bound}_${name}`];
    if (rest.length === 0) return `(${column} < ${value})`;
    return `(${column} < ${value} OR (${column} = ${value} AND ${this.isBelow(rest, bound)}))`;
  }

  private select(
    columns: readonly string[],
    condition: string | null,
    step: Step,
    order: readonly string[],
    limit: number,
  ): Promise<Entry[]> {
    return this.run<Entry>(
      `SELECT ${this.list(columns)} ${this.from(condition, step)}
       ORDER BY ${this.descending(order)} LIMIT ${limit}`,
      step.parameters,
    );
  }

  private from(condition: string | null, step: Step): string {
    const { table, alias, index, where } = this.range;
    const conditions = [where, step.condition, condition].filter((each) => each !== null);
    return `FROM ${this.dialect.from([{ table, alias, index }])} WHERE ${conditions.join(' AND ')}`;
  }

  private descending(columns: readonly string[]): string {
    return [...this.range.pinned, ...columns].map((name) => `${this.column(name)} DESC`).join(', ');
  }

  private list(columns: readonly string[]): string {
    return columns.map((name) => `${this.column(name)} AS ${name}`).join(', ');
  }

  private column(name: string): string {
    return `${this.range.alias}.${name}`;
  }

  private run<Row>(sql: string, more: ObjectLiteral): Promise<Row[]> {
    const values = { ...this.range.parameters, ...more };
    return this.manager.query<Row[]>(
      ...this.manager.connection.driver.escapeQueryWithParameters(sql, values),
    );
  }
}
