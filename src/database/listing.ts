// The SQL of lists that are newest first, for both databases. Trap: planners choose other indexes than the one that
// a list was made for, most of all while their statistics are old, so each query names its index.
import type { EntityManager, ObjectLiteral } from 'typeorm';
import { DAY_MS } from '../common/duration.js';
import type { Position } from '../common/pagination/index.js';
import { isSqlite, readBy } from './dialect.js';
import type { IndexRange, Listing } from './index-range.js';
import { toDate } from './raw-time.js';

export const dayOf = (time: Date): number => Math.floor(time.getTime() / DAY_MS);
const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Days one after the other, as the parameters of a query. */
const daysBack = (newest: number, count: number) => ({
  days: Array.from({ length: count }, (_, n) => dayText(newest - n)),
  firstDay: new Date((newest - count + 1) * DAY_MS),
  dayAfter: new Date((newest + 1) * DAY_MS),
});

interface Row {
  readonly id: string;
  /** A text on SQLite. */
  readonly created_at: Date | string;
}

/** Writes and runs the queries of one list. */
export class ListingQueries {
  private readonly isSqlite: boolean;

  constructor(
    private readonly manager: EntityManager,
    private readonly listing: Listing,
  ) {
    this.isSqlite = isSqlite(manager.connection);
  }

  /** How many days one query looks at. SQLite works on this very thread, so there they are few. */
  get mostDays(): number {
    return this.isSqlite ? 64 : 366;
  }

  /**
   * The first rows of the range, newest first.
   * @param since leaves out what is older.
   */
  async newest(range: IndexRange, count: number, since: Date | null = null): Promise<Position[]> {
    const bound = since && this.column('created_at >= :since');
    const rows = await this.run<Row>(
      `SELECT ${this.position} FROM ${this.from(range)} WHERE ${this.all(range.where, range.rest, bound)}
       ORDER BY ${this.newestFirst(range)} LIMIT ${count}`,
      { since },
    );
    return rows.map(toPosition);
  }

  /** The `n`-th row of the range without its rest, newest first; `null` when it has fewer. */
  async nth(range: IndexRange, n: number): Promise<Position | null> {
    const [row] = await this.run<Row>(
      `SELECT ${this.position} FROM ${this.entries(range)} WHERE ${this.all(range.where)}
       ORDER BY ${this.newestFirst(range)} LIMIT 1 OFFSET ${n - 1}`,
    );
    return row ? toPosition(row) : null;
  }

  /** Whether the range without its rest has more rows than this, before the list begins too. */
  async hasMore(range: IndexRange, count: number): Promise<boolean> {
    const rows = await this.run(
      `SELECT 1 FROM ${this.entries(range)} WHERE ${range.where} LIMIT 1 OFFSET ${count}`,
    );
    return rows.length > 0;
  }

  /** Those of a few rows that meet the condition, newest first. */
  async among(ids: readonly string[], condition: string): Promise<Position[]> {
    const { table, alias } = this.listing;
    const rows = await this.run<Row>(
      `SELECT ${this.position} FROM ${table} AS ${alias} WHERE ${this.column('id')} IN (:...ids) AND ${condition}
       ORDER BY ${this.newestFirst({})} LIMIT ${ids.length}`,
      { ids },
    );
    return rows.map(toPosition);
  }

  /** The same list from this row on. */
  startingAfter(after: Position): ListingQueries {
    return new ListingQueries(this.manager, { ...this.listing, after });
  }

  /** The same list without what is newer than this day. */
  startingOn(day: number): ListingQueries {
    const { after } = this.listing;
    const dayAfter = { createdAt: new Date((day + 1) * DAY_MS), id: '' };
    return after && after.createdAt < dayAfter.createdAt ? this : this.startingAfter(dayAfter);
  }

  /** At most `count` rows of each range, sorted by days or by time, from some days, the rows of later days first. */
  async onDays(
    ranges: readonly IndexRange[],
    newestDay: number,
    days: number,
    count: number,
  ): Promise<Position[][]> {
    const queries = ranges.map((range, number) => {
      const where = this.all(this.isOnDays(range), range.where, range.rest);
      return this.firstOf(range, number, this.from(range), where, count);
    });
    const rows = await this.run<Row & { number: number | string }>(
      queries.join(' UNION ALL '),
      daysBack(newestDay, days),
    );
    const found: Position[][] = ranges.map(() => []);
    for (const row of rows) found[Number(row.number)]!.push(toPosition(row));
    return found;
  }

  /** The last of some days on which a range without its rest has a row, before the list begins too. */
  async lastDayOf(ranges: readonly IndexRange[], newestDay: number, days: number): Promise<number | null> {
    const queries = ranges.map((range, number) => {
      const where = `${this.isOnDays(range)} AND ${range.where}`;
      return this.firstOf(range, number, this.entries(range), where, 1);
    });
    const rows = await this.run<Row>(queries.join(' UNION ALL '), daysBack(newestDay, days));
    const found = rows.map((row) => dayOf(toPosition(row).createdAt));
    return found.length === 0 ? null : Math.max(...found);
  }

  /** How many rows the ranges without their rest have on some days, at most so many of each. */
  async countOnDays(
    ranges: readonly IndexRange[],
    newestDay: number,
    days: number,
    atMost: number,
  ): Promise<number> {
    const counts = ranges.map(
      (range, number) =>
        `(SELECT COUNT(*) FROM (SELECT 1 FROM ${this.entries(range)}
         WHERE ${this.isOnDays(range)} AND ${range.where} LIMIT ${atMost}) AS rows${number})`,
    );
    const [row] = await this.run<{ total: number | string }>(
      `SELECT ${counts.join(' + ')} AS total`,
      daysBack(newestDay, days),
    );
    return Number(row!.total);
  }

  /** The rows of the range from one day since this time, newest first. */
  onDay(range: IndexRange, day: number, since: Date, count: number): Promise<Position[]> {
    const where = `${this.day} = '${dayText(day)}' AND ${range.where}`;
    return this.newest({ ...range, where }, count, since);
  }

  /**
   * The last day, up to where the list begins, on which anything was created.
   * @param before leaves this day and later ones out.
   */
  async lastDay(before: number | null = null): Promise<number | null> {
    const { after, index } = this.listing;
    // One bound only: SQLite searches for either of two, and reads up to the other.
    const bound = before === null ? after && 'created_at <= :afterTime' : 'created_at < :before';
    const [row] = await this.run<Row>(
      `SELECT ${this.position} FROM ${this.entries({ index })} ${bound ? `WHERE ${this.column(bound)}` : ''}
       ORDER BY ${this.column('created_at DESC')} LIMIT 1`,
      { before: new Date((before ?? 0) * DAY_MS) },
    );
    return row ? dayOf(toPosition(row).createdAt) : null;
  }

  private get position(): string {
    return `${this.column('id AS id')}, ${this.column('created_at AS created_at')}`;
  }

  private get day(): string {
    return this.isSqlite ? `date(${this.column('created_at')})` : this.column('created_day');
  }

  /** A query for rows of one of several ranges, those of later days first. */
  private firstOf(range: IndexRange, number: number, tables: string, where: string, count: number): string {
    const order = range.order === 'newest' ? this.newestFirst(range) : `${this.day} DESC`;
    return `SELECT * FROM (SELECT ${number} AS number, ${this.position} FROM ${tables}
      WHERE ${where} ORDER BY ${order} LIMIT ${count}) AS rows${number}`;
  }

  /** For the parameters of `daysBack`. */
  private isOnDays({ order }: IndexRange): string {
    const at = this.column('created_at');
    return order === 'newest' ? `${at} >= :firstDay AND ${at} < :dayAfter` : `${this.day} IN (:...days)`;
  }

  private column(name: string): string {
    return `${this.listing.alias}.${name}`;
  }

  private from(range: IndexRange): string {
    return `${this.entries(range)} ${range.join ?? ''}`;
  }

  /** Tables by the named indexes only, in the order in which they are read. */
  private entries({ index, first }: Pick<IndexRange, 'index' | 'first'>): string {
    const tables = [...(first ? [first] : []), { ...this.listing, index }];
    return tables
      .map(({ table, alias, index: by }) => readBy(this.manager.connection, table, alias, by))
      .join(this.isSqlite ? ' CROSS JOIN ' : ' STRAIGHT_JOIN ');
  }

  private newestFirst({ within }: Pick<IndexRange, 'within'>): string {
    const columns = [...(within ? [within] : []), 'created_at', 'id'];
    return columns.map((name) => `${this.column(name)} DESC`).join(', ');
  }

  private all(...conditions: (string | null | undefined)[]): string {
    const [at, id] = [this.column('created_at'), this.column('id')];
    const after = this.listing.after && `${at} <= :afterTime AND (${at} < :afterTime OR ${id} < :afterId)`;
    return [...conditions, after].filter(Boolean).join(' AND ') || '1 = 1';
  }

  private run<Result>(sql: string, more: ObjectLiteral = {}): Promise<Result[]> {
    const { parameters, after } = this.listing;
    const values = { ...parameters, ...more, afterTime: after?.createdAt, afterId: after?.id };
    const [query, ordered] = this.manager.connection.driver.escapeQueryWithParameters(sql, values);
    return this.manager.query<Result[]>(query, ordered);
  }
}

const toPosition = ({ id, created_at }: Row): Position => ({ id, createdAt: toDate(created_at) });
