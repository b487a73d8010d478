import type { EntityManager, ObjectLiteral } from 'typeorm';
import type { ListPosition } from '../../common/pagination/index.js';
import { dialectOf } from '../dialect/dialect-of.js';
import type { Dialect } from '../dialect/dialect.js';
import { toDate } from '../raw-time.js';
import { utcDayOf, lastDaysParameters, formatDay, startOfDay } from './days.js';
import type { IndexRange, Listing } from './index-range.js';
import { ListingSql } from './listing-sql.js';

interface Row {
  readonly id: string;
  /** The time in the form that the driver returns, which is a string on SQLite. */
  readonly created_at: Date | string;
}

/**
 * Runs the queries of one list. The methods that count entries, or that find an entry or the day of an entry, read only
 * the index. So they ignore `residualCondition`, which the index can't check.
 */
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

  /** The maximum number of days that one query reads. It is smaller on SQLite, where a query blocks this process. */
  get maxDaysPerQuery(): number {
    return this.dialect.blocksEventLoop ? 64 : 366;
  }

  /**
   * Returns the newest rows of the range, at most `limit`.
   * @param since excludes rows that were created before this time.
   */
  async newest(range: IndexRange, limit: number, since: Date | null = null): Promise<ListPosition[]> {
    const { indexCondition, residualCondition } = range;
    const isRecent = since && this.sql.column('created_at >= :since');
    const rows = await this.run<Row>(
      `SELECT ${this.sql.positionColumns} FROM ${this.sql.tablesWithJoin(range)}
       WHERE ${this.sql.listCondition(indexCondition, residualCondition, isRecent)}
       ORDER BY ${this.sql.orderNewestFirst(range)} LIMIT ${limit}`,
      { since },
    );
    return rows.map(toPosition);
  }

  /** Returns the `n`-th newest entry of the range, or `null` if the range has fewer entries. */
  async nthNewestEntry(range: IndexRange, n: number): Promise<ListPosition | null> {
    const [row] = await this.run<Row>(
      `SELECT ${this.sql.positionColumns} FROM ${this.sql.tables(range)}
       WHERE ${this.sql.listCondition(range.indexCondition)}
       ORDER BY ${this.sql.orderNewestFirst(range)} LIMIT 1 OFFSET ${n - 1}`,
    );
    return row ? toPosition(row) : null;
  }

  /**
   * Returns whether the range has more than `count` entries. Also counts entries that come before the list's start
   * (`Listing.after`).
   */
  async hasMoreEntriesThan(range: IndexRange, count: number): Promise<boolean> {
    const rows = await this.run(
      `SELECT 1 FROM ${this.sql.tables(range)} WHERE ${range.indexCondition} LIMIT 1 OFFSET ${count}`,
    );
    return rows.length > 0;
  }

  /** Returns the rows that have one of the given ids and meet the condition, newest first. */
  async findByIds(ids: readonly string[], condition: string): Promise<ListPosition[]> {
    const { table, alias } = this.listing;
    const rows = await this.run<Row>(
      `SELECT ${this.sql.positionColumns} FROM ${table} AS ${alias}
       WHERE ${this.sql.column('id')} IN (:...ids) AND ${condition}
       ORDER BY ${this.sql.orderNewestFirst({})} LIMIT ${ids.length}`,
      { ids },
    );
    return rows.map(toPosition);
  }

  /** Returns the queries of the same list, but beginning after the given position. */
  startingAfter(after: ListPosition): ListingQueries {
    return new ListingQueries(this.manager, { ...this.listing, after });
  }

  /** Returns the queries of the same list, but without the rows that were created after the given day. */
  startingOnDay(day: number): ListingQueries {
    const { after } = this.listing;
    const dayAfter = { createdAt: startOfDay(day + 1), id: '' };
    return after && after.createdAt < dayAfter.createdAt ? this : this.startingAfter(dayAfter);
  }

  /**
   * Returns the rows of each range that were created in the `days` days that end with `newestDay`, at most `limit` rows
   * per range. Rows of later days come first. The order of a range must not be `none`.
   */
  async findOnDays(
    ranges: readonly IndexRange[],
    newestDay: number,
    days: number,
    limit: number,
  ): Promise<ListPosition[][]> {
    const sql = this.sql.forDays(newestDay);
    const parts = ranges.map((range, number) => {
      const { indexCondition, residualCondition } = range;
      const where = sql.listCondition(sql.daysCondition(range), indexCondition, residualCondition);
      return sql.unionPart(range, number, sql.tablesWithJoin(range), where, limit);
    });
    const rows = await this.run<Row & { number: number | string }>(
      parts.join(' UNION ALL '),
      lastDaysParameters(newestDay, days),
    );
    const found: ListPosition[][] = ranges.map(() => []);
    for (const row of rows) found[Number(row.number)]!.push(toPosition(row));
    return found;
  }

  /**
   * Returns the last day on which any of the ranges has an entry, or `null` if there is none. Reads only the `days`
   * days that end with `newestDay`. Includes entries that come before the list's start (`Listing.after`).
   */
  async lastDayWithEntry(
    ranges: readonly IndexRange[],
    newestDay: number,
    days: number,
  ): Promise<number | null> {
    const parts = ranges.map((range, number) => {
      const where = `${this.sql.daysCondition(range)} AND ${range.indexCondition}`;
      return this.sql.unionPart(range, number, this.sql.tables(range), where, 1);
    });
    const rows = await this.run<Row>(parts.join(' UNION ALL '), lastDaysParameters(newestDay, days));
    const found = rows.map((row) => utcDayOf(toPosition(row).createdAt));
    return found.length === 0 ? null : Math.max(...found);
  }

  /**
   * Returns the number of entries of all ranges in the `days` days that end with `newestDay`. Counts at most
   * `limitPerRange` entries of each range.
   */
  async countEntriesOnDays(
    ranges: readonly IndexRange[],
    newestDay: number,
    days: number,
    limitPerRange: number,
  ): Promise<number> {
    const counts = ranges.map(
      (range, number) =>
        `(SELECT COUNT(*) FROM (SELECT 1 FROM ${this.sql.tables(range)}
         WHERE ${this.sql.daysCondition(range)} AND ${range.indexCondition}
         LIMIT ${limitPerRange}) AS rows${number})`,
    );
    const [row] = await this.run<{ total: number | string }>(
      `SELECT ${counts.join(' + ')} AS total`,
      lastDaysParameters(newestDay, days),
    );
    return Number(row!.total);
  }

  /**
   * Returns the newest rows of the range that were created on the given day, but not before `since`. Returns at most
   * `limit` rows.
   */
  newestOnDay(range: IndexRange, day: number, since: Date, limit: number): Promise<ListPosition[]> {
    const indexCondition = `${this.sql.createdDay} = '${formatDay(day)}' AND ${range.indexCondition}`;
    return this.newest({ ...range, indexCondition }, limit, since);
  }

  /**
   * Returns the last day on which a row of the list was created, or `null` if there is no row.
   * @param before excludes rows that were created on this day or later. The day must not be later than the day of the
   * list's start (`Listing.after`).
   */
  async lastDay(before: number | null = null): Promise<number | null> {
    const { after, index } = this.listing;
    // The query has only one condition on `created_at`. With two conditions, SQLite would find the entry for one of
    // them and then read all entries up to the other one.
    const bound = before === null ? after && 'created_at <= :afterTime' : 'created_at < :before';
    const [row] = await this.run<Row>(
      `SELECT ${this.sql.positionColumns} FROM ${this.sql.tables({ index })}
       ${bound ? `WHERE ${this.sql.column(bound)}` : ''}
       ORDER BY ${this.sql.column('created_at DESC')} LIMIT 1`,
      { before: startOfDay(before ?? 0) },
    );
    return row ? utcDayOf(toPosition(row).createdAt) : null;
  }

  private run<Result>(sql: string, more: ObjectLiteral = {}): Promise<Result[]> {
    const { parameters, after } = this.listing;
    const values = { ...parameters, ...more, afterTime: after?.createdAt, afterId: after?.id };
    const [query, ordered] = this.manager.connection.driver.escapeQueryWithParameters(sql, values);
    return this.manager.query<Result[]>(query, ordered);
  }
}

const toPosition = ({ id, created_at }: Row): ListPosition => ({ id, createdAt: toDate(created_at) });
