// Trap: planners sometimes choose an index that reads far more rows, most often while their statistics are outdated.
// So every query names its index.
import type { Dialect } from '../dialect/dialect.js';
import type { IndexRange, Listing } from './index-range.js';

/** Writes the SQL of one list. */
export class ListingSql {
  constructor(
    private readonly dialect: Dialect,
    private readonly listing: Listing,
  ) {}

  /** The columns of a `Position`. */
  get positionColumns(): string {
    return `${this.column('id AS id')}, ${this.column('created_at AS created_at')}`;
  }

  get createdDay(): string {
    return this.dialect.createdDay(this.listing.alias);
  }

  column(name: string): string {
    return `${this.listing.alias}.${name}`;
  }

  /** The tables of a range, with the join that its residual condition needs. */
  tablesWithJoin(range: IndexRange): string {
    return `${this.tables(range)} ${range.join ?? ''}`;
  }

  /** The tables of a range, without the join that only its residual condition needs. */
  tables({ index, outerTable }: Pick<IndexRange, 'index' | 'outerTable'>): string {
    const { table, alias } = this.listing;
    return this.dialect.from([...(outerTable ? [outerTable] : []), { table, alias, index }]);
  }

  orderNewestFirst({ leadingColumn }: Pick<IndexRange, 'leadingColumn'>): string {
    const columns = [...(leadingColumn ? [leadingColumn] : []), 'created_at', 'id'];
    return columns.map((name) => `${this.column(name)} DESC`).join(', ');
  }

  /** True for rows that meet all these conditions and come after the list's start position. */
  listCondition(...conditions: (string | null | undefined)[]): string {
    const [at, id] = [this.column('created_at'), this.column('id')];
    const after = this.listing.after && `${at} <= :afterTime AND (${at} < :afterTime OR ${id} < :afterId)`;
    return [...conditions, after].filter(Boolean).join(' AND ') || '1 = 1';
  }

  /** True for rows of the days in `dayParameters`. */
  daysCondition({ order }: IndexRange): string {
    const at = this.column('created_at');
    return order === 'time' ? `${at} >= :firstDay AND ${at} < :dayAfter` : `${this.createdDay} IN (:...days)`;
  }

  /** One part of a UNION over several ranges: up to `limit` rows, later days first, tagged with the range's number. */
  unionPart(range: IndexRange, number: number, tables: string, where: string, limit: number): string {
    const order = range.order === 'time' ? this.orderNewestFirst(range) : `${this.createdDay} DESC`;
    return `SELECT * FROM (SELECT ${number} AS number, ${this.positionColumns} FROM ${tables}
      WHERE ${where} ORDER BY ${order} LIMIT ${limit}) AS rows${number}`;
  }
}
