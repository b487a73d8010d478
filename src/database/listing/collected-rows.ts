import type { Position } from '../../common/pagination/index.js';

/** For `sort`: the newest row first, and the higher id first among rows of the same time. */
export const compareNewestFirst = (one: Position, other: Position): number =>
  other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1);

/** Collects rows from several queries, without duplicates, and keeps the newest. */
export class CollectedRows {
  private readonly byId = new Map<string, Position>();

  constructor(private readonly limit: number) {}

  add(rows: readonly Position[]): void {
    for (const row of rows) this.byId.set(row.id, row);
  }

  /** The newest rows, at most `limit`. */
  get newest(): Position[] {
    return [...this.byId.values()].sort(compareNewestFirst).slice(0, this.limit);
  }

  /**
   * The creation time of the oldest row in `newest`. Rows that are older can no longer be part of the result. `null`
   * while there are fewer than `limit` rows.
   */
  get cutoff(): Date | null {
    return this.byId.size < this.limit ? null : this.newest.at(-1)!.createdAt;
  }
}
