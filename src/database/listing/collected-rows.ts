import type { ListPosition } from '../../common/pagination/index.js';

/**
 * Compares two rows for `sort`. The newest row comes first. If two rows were created at the same time, the row with the
 * higher id comes first.
 */
export const compareNewestFirst = (one: ListPosition, other: ListPosition): number =>
  other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1);

/** Collects rows from several queries without duplicates, and returns the newest ones. */
export class CollectedRows {
  private readonly byId = new Map<string, ListPosition>();

  constructor(private readonly limit: number) {}

  add(rows: readonly ListPosition[]): void {
    for (const row of rows) this.byId.set(row.id, row);
  }

  /** The newest rows, at most `limit`. */
  get newest(): ListPosition[] {
    return [...this.byId.values()].sort(compareNewestFirst).slice(0, this.limit);
  }

  /**
   * The creation time of the oldest row in `newest`. Older rows can no longer be part of the result. The cutoff is
   * `null` while fewer than `limit` rows have been added.
   */
  get cutoff(): Date | null {
    return this.byId.size < this.limit ? null : this.newest.at(-1)!.createdAt;
  }
}
