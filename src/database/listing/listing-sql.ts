// Trap: query planners sometimes choose an index that reads far more rows, usually when their statistics are outdated.
// So every query names the index to use.
import type { Dialect } from '../dialect/dialect.js';
import type { IndexRange, Listing } from './index-range.js';

/** Writes the SQL of one list. */
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

  /** Returns the tables of a range, including the join that its residual condition needs. */
  tablesWithJoin(range: IndexRange): string {
    return `${this.tables(range)} ${range.join ?? ''}`;
  }

  /** Returns the tables of a range, excluding the join that only its residual condition needs. */
  tables({ index, outerTable }: Pick<IndexRange, 'index' | 'outerTable'>): string {
    const { table, alias } = this.listing;
    return this.dialect.from([...(outerTable ? [outerTable] : []), { table, alias, index }]);
  }

  orderNewestFirst({ leadingColumn }: Pick<IndexRange, 'leadingColumn'>): string {
    const columns = [...(leadingColumn ? [leadingColumn] : []), 'created_at', 'id'];
    return columns.map((name) => `${this.column(name)} DESC`).join(', ');
  }

  /**
   * Returns a condition for the rows that meet all the given conditions and come after the start position of the list.
   */
  listCondition(...conditions: (string | null | undefined)[]): string {
    const [at, id] = [this.column('created_at'), this.column('id')];
    const after = this.listing.after && `${at} <= :afterTime AND (${at} < :afterTime OR ${id} < :afterId)`;
    return [...conditions, after].filter(Boolean).join(' AND ') || '1 = 1';
  }

  /** Returns a condition for the rows of the days in `lastDaysParameters`. */
  daysCondition({ order }: IndexRange): string {
    const at = this.column('created_at');
    return order === 'time' ? `${at} >= :firstDay AND ${at} < :dayAfter` : `${this.createdDay} IN (:...days)`;
  }

  /**
   * Returns one part of a UNION over several ranges. It selects up to `limit` rows with the later days first, and adds
   * the number of the range to each row.
   */
  unionPart(range: IndexRange, number: number, tables: string, where: string, limit: number): string {
    const order = range.order === 'time' ? this.orderNewestFirst(range) : `${this.createdDay} DESC`;
    return `SELECT * FROM (SELECT ${number} AS number, ${this.positionColumns} FROM ${tables}
      WHERE ${where} ORDER BY ${order} LIMIT ${limit}) AS rows${number}`;
  }
}
