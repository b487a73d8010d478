import { latestPlausibleTime } from '../../../common/duration.js';
import type { ListPosition } from '../../../common/pagination/index.js';
import { CollectedRows, startsWith, type Entry, type Transaction } from '../../../database/index.js';
import {
  allOf,
  anyOf,
  CREATED_BEFORE,
  EXPIRES_SOON,
  LAST_USED_BEFORE,
  NAME_CONTAINS,
  NOT_REVOKED,
  PREFIX_MATCHES,
  statusCondition,
} from './api-key-conditions.js';
import type { ApiKeySort, ResolvedOwnFilter } from './own-key-filter.js';
import {
  BY_CREATION,
  BY_LAST_USE,
  ownKeyScans,
  toPositions,
  toPositionsByLastUse,
  type OwnKeyScans,
} from './own-key-scans.js';

/** The condition for keys that come after the list's start, in an index that isn't sorted by creation. */
const AFTER_START = 'apiKey.created_at <= :at AND (apiKey.created_at < :at OR apiKey.id < :atId)';

/** Finds and counts the keys of one user. Each query reads only entries of an index that contains all conditions. */
export class OwnKeyFinder {
  constructor(
    private readonly manager: Transaction['manager'],
    private readonly filter: ResolvedOwnFilter,
    private readonly now: Date,
  ) {}

  /** Returns the positions of the first keys after `after` that match the filter, at most `limit`. */
  async find(sort: ApiKeySort, after: ListPosition | null, limit: number): Promise<ListPosition[]> {
    if (sort === 'lastUsedAt') return this.findByLastUse(after, limit);
    const scans = this.scans({ at: after?.createdAt, atId: after?.id });
    const start = entryAt(after);
    if (!this.filtersByUse)
      return toPositions(await scans.all.findLast(BY_CREATION, this.condition, limit, start));
    const found = new CollectedRows(limit);
    found.add(toPositions(await scans.neverUsed.findLast(BY_CREATION, this.condition, limit, start)));
    if (!this.filter.isNeverUsed) {
      const condition = allOf(this.usedCondition, after && AFTER_START);
      found.add(toPositions(await scans.used.findFirstBy(BY_CREATION, BY_CREATION, condition, limit)));
    }
    return found.newest;
  }

  /** Counts the keys that match the filter. Stops counting at `max`. */
  async count(max: number): Promise<number> {
    const { all, used, neverUsed } = this.scans();
    if (!this.filtersByUse) return all.count(this.condition, max);
    const count = await neverUsed.count(this.condition, max);
    if (count >= max || this.filter.isNeverUsed) return count;
    return count + (await used.count(this.usedCondition, max - count));
  }

  /** Lists the keys with the most recent use first. Keys that have never been used come last, newest first. */
  private async findByLastUse(after: ListPosition | null, limit: number): Promise<ListPosition[]> {
    const { used, neverUsed } = this.scans();
    const start = entryAt(after);
    const isNeverUsed = after?.sortTime === null || this.filter.isNeverUsed;
    const found = isNeverUsed ? [] : await used.findLast(BY_LAST_USE, this.usedCondition, limit, start);
    if (found.length < limit) {
      const rest = limit - found.length;
      const restStart = after?.sortTime === null ? start : null;
      found.push(...(await neverUsed.findLast(BY_CREATION, this.condition, rest, restStart)));
    }
    return toPositionsByLastUse(found);
  }

  private get filtersByUse(): boolean {
    return this.filter.isNeverUsed || this.filter.unusedSince !== null;
  }

  /** All conditions except those on the owner and the last use. `null` if every key matches. */
  private get condition(): string | null {
    const { id, text, isNeverUsed, isNotRevoked, unusedSince, expiresBy } = this.filter;
    const conditions = [
      id && 'apiKey.id = :id',
      text && anyOf([NAME_CONTAINS, PREFIX_MATCHES]),
      statusCondition(this.filter),
      isNeverUsed ? statusCondition({ status: 'active' }) : null,
      isNotRevoked ? NOT_REVOKED : null,
      expiresBy && EXPIRES_SOON,
      unusedSince && CREATED_BEFORE,
    ];
    return conditions.every((condition) => !condition) ? null : allOf(...conditions);
  }

  /** The conditions on keys that have been used. */
  private get usedCondition(): string | null {
    return this.filter.unusedSince ? allOf(this.condition, anyOf(LAST_USED_BEFORE)) : this.condition;
  }

  private scans(more: object = {}): OwnKeyScans {
    const { userId, id, text, unusedSince, expiresBy } = this.filter;
    const { from, to } = startsWith(text ?? '');
    const times = { now: this.now, ahead: latestPlausibleTime(this.now), unusedSince, expiresBy };
    return ownKeyScans(this.manager, { userId, id, text, from, to, ...times, ...more });
  }
}

const entryAt = (position: ListPosition | null): Entry | null =>
  position && { created_at: position.createdAt, id: position.id, last_used_at: position.sortTime };
