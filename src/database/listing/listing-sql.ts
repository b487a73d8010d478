// Caution: query planners sometimes choose an index that reads far more rows, usually when their statistics are outdated.
// So every query names the index to use.
import type { Dialect } from '../dialect/dialect.js';
import { utcDayOf } from './days.js';
import type { IndexRange, Listing } from './index-range.js';

/** Builds the SQL for the queries of one list. */
export class ListingSql {
  constructor(
    private readonly dialect: Dialect,
    private readonly listing: Listing,
  ) {}

  /** The SQL for the columns of a `Position`. */
  get positionColumns(): string {
    return `${this.column('id AS id')}, ${this.column('created_at AS created_at')}`;
  }

  get createdDay(): string {
    return this.dialect.createdDay(this.listing.alias);
  }

  column(name: string): string {
    return `${this.listing.alias}.${name}`;
  }

  /**
   * Returns the tables for the FROM clause of a range, including the join that the range's residual condition needs.
   */
  tablesWithJoin(range: IndexRange): string {
    return `${this.tables(range)} ${range.join ?? ''}`;
  }

  /**
   * Returns the tables for the FROM clause of a range, excluding the join that only the range's residual condition
   * needs.
   */
  tables({ index, outerTable }: Pick<IndexRange, 'index' | 'outerTable'>): string {
    const { table, alias } = this.listing;
    return this.dialect.from([...(outerTable ? [outerTable] : []), { table, alias, index }]);
  }

  orderNewestFirst({ leadingColumn }: Pick<IndexRange, 'leadingColumn'>): string {
    const columns = [...(leadingColumn ? [leadingColumn] : []), 'created_at', 'id'];
    return columns.map((name) => `${this.column(name)} DESC`).join(', ');
  }

  /**
   * Returns a condition for the rows that meet all the given conditions and come after the list's start
   * (`Listing.after`).
   */
  listCondition(...conditions: (string | null | undefined)[]): string {
    const [at, id] = [this.column('created_at'), this.column('id')];
    const after = this.listing.after && `${at} <= :afterTime AND (${at} < :afterTime OR ${id} < :afterId)`;
    return [...conditions, after].filter(Boolean).join(' AND ') || '1 = 1';
  }

  /**
   * Returns the SQL for queries that read no later days than `newestDay`. It has no condition on the list's start if all
   * rows of these days come after the start. With that condition, MariaDB takes twice as long to plan a query.
   */
  forDays(newestDay: number): ListingSql {
    const { after } = this.listing;
    const isAfterStart = after !== null && newestDay < utcDayOf(after.createdAt);
    return isAfterStart ? new ListingSql(this.dialect, { ...this.listing, after: null }) : this;
  }

  /** Returns a condition for the rows that were created on the days of `lastDaysParameters`. */
  daysCondition({ order }: IndexRange): string {
    const at = this.column('created_at');
    return order === 'time' ? `${at} >= :firstDay AND ${at} < :dayAfter` : `${this.createdDay} IN (:...days)`;
  }

  /**
   * Returns the part of a UNION that reads one of several ranges. It selects up to `limit` rows, with later days first,
   * and adds the number of the range to each row.
   */
  unionPart(range: IndexRange, number: number, tables: string, where: string, limit: number): string {
    const order = range.order === 'time' ? this.orderNewestFirst(range) : `${this.createdDay} DESC`;
    return `SELECT * FROM (SELECT ${number} AS number, ${this.positionColumns} FROM ${tables}
      WHERE ${where} ORDER BY ${order} LIMIT ${limit}) AS rows${number}`;
  }
}
