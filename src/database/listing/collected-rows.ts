import type { Position } from '../../common/pagination/index.js';

export const newestFirst = (one: Position, other: Position): number =>
  other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1);

/** Collects rows for one slice of a list, each once. */
export class CollectedRows {
  private readonly byId = new Map<string, Position>();

  constructor(private readonly count: number) {}

  add(found: readonly Position[]): void {
    for (const position of found) this.byId.set(position.id, position);
  }

  /** At most `count` of them. */
  get newest(): Position[] {
    return [...this.byId.values()].sort(newestFirst).slice(0, this.count);
  }

  /** The time of creation of the last of `newest`, or `null` while there are fewer than `count` rows. */
  get since(): Date | null {
    return this.byId.size < this.count ? null : this.newest.at(-1)!.createdAt;
  }
}
