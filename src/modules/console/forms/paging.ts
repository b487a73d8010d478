import { optionalTextOf, textOf, type FormBody } from './form-body.js';

/** The page sizes that lists offer. */
export const PAGE_SIZES = ['20', '50', '100'] as const;

/** The number of earlier pages that the URL remembers. More would make the URL too long. */
const MAX_TRAIL = 12;
const SEPARATOR = '.';
/** The first entry of a trail that doesn't lead back to the first page, because it would be too long. */
const CUT = '~';

/**
 * The position of a page in a list. A list only has cursors for its next pages. So the URL also contains the trail: the
 * cursors of the previous pages, oldest first.
 */
export class Paging {
  private constructor(
    /** The cursor of this page, or `undefined` on the first page. */
    readonly cursor: string | undefined,
    /** The chosen page size, or `undefined` for the default one. */
    readonly limit: string | undefined,
    private readonly trail: readonly string[],
  ) {}

  static of(query: FormBody): Paging {
    const trail = textOf(query, 'trail').split(SEPARATOR).filter(Boolean).slice(-MAX_TRAIL);
    const limit = PAGE_SIZES.find((size) => size === textOf(query, 'limit'));
    return new Paging(optionalTextOf(query, 'cursor'), limit, trail);
  }

  get isFirst(): boolean {
    return this.cursor === undefined;
  }

  /** Returns the query of the previous page, or `null` if this is the first page or the trail doesn't reach back. */
  get previous(): Record<string, string> | null {
    const last = this.trail.at(-1);
    if (this.isFirst || last === CUT) return null;
    return last === undefined ? {} : { cursor: last, ...toQuery(this.trail.slice(0, -1)) };
  }

  /** Returns the query of the next page. */
  next(nextCursor: string): Record<string, string> {
    const trail = this.cursor === undefined ? this.trail : [...this.trail, this.cursor];
    const kept = trail.length > MAX_TRAIL ? [CUT, ...trail.slice(1 - MAX_TRAIL)] : trail;
    return { cursor: nextCursor, ...toQuery(kept) };
  }
}

/** The first page of a list, with the default page size. */
export const FIRST_PAGE = Paging.of({});

const toQuery = (trail: readonly string[]): Record<string, string> =>
  trail.length === 0 ? {} : { trail: trail.join(SEPARATOR) };
