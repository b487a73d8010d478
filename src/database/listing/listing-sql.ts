// Trap: planners sometimes choose an index that reads far more rows, most of all while their statistics are old. So
// every query names its index.
import type { Dialect } from '../dialect/dialect.js';
import type { IndexRange, Listing } from './index-range.js';

/** Writes the SQL of one list. */
export class ListingSql {
  constructor(
    private readonly dialect: Dialect,
    private readonly listing: Listing,
  ) {}

  get position(): string {
    return `${this.column('id AS id')}, ${this.column('created_at AS created_at')}`;
  }

  get day(): string {
    return this.dialect.createdDay(this.listing.alias);
  }

  column(name: string): string {
    return `${this.listing.alias}.${name}`;
  }

  /** The tables of a range with its join. */
  from(range: IndexRange): string {
    return `${this.entries(range)} ${range.join ?? ''}`;
  }

  /** The tables of a range without its join. */
  entries({ index, first }: Pick<IndexRange, 'index' | 'first'>): string {
    const { table, alias } = this.listing;
    return this.dialect.from([...(first ? [first] : []), { table, alias, index }]);
  }

  newestFirst({ within }: Pick<IndexRange, 'within'>): string {
    const columns = [...(within ? [within] : []), 'created_at', 'id'];
    return columns.map((name) => `${this.column(name)} DESC`).join(', ');
  }

  /** All these conditions, and that the row is part of the list. */
  all(...conditions: (string | null | undefined)[]): string {
    const [at, id] = [this.column('created_at'), this.column('id')];
    const after = this.listing.after && `${at} <= :afterTime AND (${at} < :afterTime OR ${id} < :afterId)`;
    return [...conditions, after].filter(Boolean).join(' AND ') || '1 = 1';
  }

  /** For the parameters of `daysBack`. */
  isOnDays({ order }: IndexRange): string {
    const at = this.column('created_at');
    return order === 'newest' ? `${at} >= :firstDay AND ${at} < :dayAfter` : `${this.day} IN (:...days)`;
  }

  /** A query for rows of one of several ranges. Later days come first. */
  firstOf(range: IndexRange, number: number, tables: string, where: string, count: number): string {
    const order = range.order === 'newest' ? this.newestFirst(range) : `${this.day} DESC`;
    return `SELECT * FROM (SELECT ${number} AS number, ${this.position} FROM ${tables}
      WHERE ${where} ORDER BY ${order} LIMIT ${count}) AS rows${number}`;
  }
}
