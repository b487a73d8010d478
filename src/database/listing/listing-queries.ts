import type { EntityManager, ObjectLiteral } from 'typeorm';
import type { Position } from '../../common/pagination/index.js';
import { dialectOf } from '../dialect/dialect-of.js';
import type { Dialect } from '../dialect/dialect.js';
import { toDate } from '../raw-time.js';
import { dayOf, daysBack, dayText, startOf } from './days.js';
import type { IndexRange, Listing } from './index-range.js';
import { ListingSql } from './listing-sql.js';

interface Row {
  readonly id: string;
  /** Text on SQLite. */
  readonly created_at: Date | string;
}

/** Runs the queries of one list. */
export class ListingQueries {
  private readonly dialect: Dialect;
  private readonly sql: ListingSql;

  constructor(
    private readonly manager: EntityManager,
    private readonly listing: Listing,
  ) {
    this.dialect = dialectOf(manager);
    this.sql = new ListingSql(this.dialect, listing);
  }

  /** Days per query. A query that blocks this process reads fewer. */
  get mostDays(): number {
    return this.dialect.blocksEventLoop ? 64 : 366;
  }

  /**
   * The newest rows of the range.
   * @param since leaves out older rows.
   */
  async newest(range: IndexRange, count: number, since: Date | null = null): Promise<Position[]> {
    const bound = since && this.sql.column('created_at >= :since');
    const rows = await this.run<Row>(
      `SELECT ${this.sql.position} FROM ${this.sql.from(range)} WHERE ${this.sql.all(range.where, range.rest, bound)}
       ORDER BY ${this.sql.newestFirst(range)} LIMIT ${count}`,
      { since },
    );
    return rows.map(toPosition);
  }

  /** The `n`-th newest row of the range without `rest`, or `null` if the range is shorter. */
  async nth(range: IndexRange, n: number): Promise<Position | null> {
    const [row] = await this.run<Row>(
      `SELECT ${this.sql.position} FROM ${this.sql.entries(range)} WHERE ${this.sql.all(range.where)}
       ORDER BY ${this.sql.newestFirst(range)} LIMIT 1 OFFSET ${n - 1}`,
    );
    return row ? toPosition(row) : null;
  }

  /** Whether the whole range without `rest` has more rows than this, also outside the list. */
  async hasMore(range: IndexRange, count: number): Promise<boolean> {
    const rows = await this.run(
      `SELECT 1 FROM ${this.sql.entries(range)} WHERE ${range.where} LIMIT 1 OFFSET ${count}`,
    );
    return rows.length > 0;
  }

  /** The rows with these ids that meet the condition, newest first. */
  async among(ids: readonly string[], condition: string): Promise<Position[]> {
    const { table, alias } = this.listing;
    const rows = await this.run<Row>(
      `SELECT ${this.sql.position} FROM ${table} AS ${alias} WHERE ${this.sql.column('id')} IN (:...ids) AND ${condition}
       ORDER BY ${this.sql.newestFirst({})} LIMIT ${ids.length}`,
      { ids },
    );
    return rows.map(toPosition);
  }

  /** The same list, beginning after this position. */
  startingAfter(after: Position): ListingQueries {
    return new ListingQueries(this.manager, { ...this.listing, after });
  }

  /** The same list without rows of later days. */
  startingOn(day: number): ListingQueries {
    const { after } = this.listing;
    const dayAfter = { createdAt: startOf(day + 1), id: '' };
    return after && after.createdAt < dayAfter.createdAt ? this : this.startingAfter(dayAfter);
  }

  /**
   * At most `count` rows of each range from `days` days up to `newestDay`, those of later days first. No range may be
   * `mixed`.
   */
  async onDays(
    ranges: readonly IndexRange[],
    newestDay: number,
    days: number,
    count: number,
  ): Promise<Position[][]> {
    const queries = ranges.map((range, number) => {
      const where = this.sql.all(this.sql.isOnDays(range), range.where, range.rest);
      return this.sql.firstOf(range, number, this.sql.from(range), where, count);
    });
    const rows = await this.run<Row & { number: number | string }>(
      queries.join(' UNION ALL '),
      daysBack(newestDay, days),
    );
    const found: Position[][] = ranges.map(() => []);
    for (const row of rows) found[Number(row.number)]!.push(toPosition(row));
    return found;
  }

  /** The last of these days on which a whole range without `rest` has a row, also outside the list. */
  async lastDayOf(ranges: readonly IndexRange[], newestDay: number, days: number): Promise<number | null> {
    const queries = ranges.map((range, number) => {
      const where = `${this.sql.isOnDays(range)} AND ${range.where}`;
      return this.sql.firstOf(range, number, this.sql.entries(range), where, 1);
    });
    const rows = await this.run<Row>(queries.join(' UNION ALL '), daysBack(newestDay, days));
    const found = rows.map((row) => dayOf(toPosition(row).createdAt));
    return found.length === 0 ? null : Math.max(...found);
  }

  /** How many rows the ranges without `rest` have on these days, at most `atMost` of each range. */
  async countOnDays(
    ranges: readonly IndexRange[],
    newestDay: number,
    days: number,
    atMost: number,
  ): Promise<number> {
    const counts = ranges.map(
      (range, number) =>
        `(SELECT COUNT(*) FROM (SELECT 1 FROM ${this.sql.entries(range)}
         WHERE ${this.sql.isOnDays(range)} AND ${range.where} LIMIT ${atMost}) AS rows${number})`,
    );
    const [row] = await this.run<{ total: number | string }>(
      `SELECT ${counts.join(' + ')} AS total`,
      daysBack(newestDay, days),
    );
    return Number(row!.total);
  }

  /** The newest rows of the range from one day, without those before `since`. */
  onDay(range: IndexRange, day: number, since: Date, count: number): Promise<Position[]> {
    const where = `${this.sql.day} = '${dayText(day)}' AND ${range.where}`;
    return this.newest({ ...range, where }, count, since);
  }

  /**
   * The last day on which the list has a row, whatever its range.
   * @param before only days before this one.
   */
  async lastDay(before: number | null = null): Promise<number | null> {
    const { after, index } = this.listing;
    // One bound only: of two bounds SQLite searches for one, and reads all entries up to the other.
    const bound = before === null ? after && 'created_at <= :afterTime' : 'created_at < :before';
    const [row] = await this.run<Row>(
      `SELECT ${this.sql.position} FROM ${this.sql.entries({ index })} ${bound ? `WHERE ${this.sql.column(bound)}` : ''}
       ORDER BY ${this.sql.column('created_at DESC')} LIMIT 1`,
      { before: startOf(before ?? 0) },
    );
    return row ? dayOf(toPosition(row).createdAt) : null;
  }

  private run<Result>(sql: string, more: ObjectLiteral = {}): Promise<Result[]> {
    const { parameters, after } = this.listing;
    const values = { ...parameters, ...more, afterTime: after?.createdAt, afterId: after?.id };
    const [query, ordered] = this.manager.connection.driver.escapeQueryWithParameters(sql, values);
    return this.manager.query<Result[]>(query, ordered);
  }
}

const toPosition = ({ id, created_at }: Row): Position => ({ id, createdAt: toDate(created_at) });
