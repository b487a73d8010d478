import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { daysBefore, latestPlausibleTime } from '../../../common/duration.js';
import type { Slice } from '../../../common/pagination/index.js';
import { Database, IndexScan } from '../../../database/index.js';
import { EXPIRES_SOON_DAYS, UNUSED_AFTER_DAYS, type ApiKeySummary } from '../api-key.js';
import { ApiKeyEntity } from '../api-key.entity.js';
import {
  allOf,
  anyOf,
  CREATED_BEFORE,
  EXPIRES_SOON,
  LAST_USED_BEFORE,
  STATUS_CONDITIONS,
} from './api-key-conditions.js';
import { loadSlice } from '../api-keys.repository.js';
import type { OwnSliceRequest, ResolvedOwnFilter } from './own-key-filter.js';
import { OwnKeyFinder } from './own-key-finder.js';
import { BY_CREATION, ownKeyScans, toPositions } from './own-key-scans.js';

/** The count of a list is exact up to this number. If there are more keys, the count is higher by one. */
export const MAX_EXACT_TOTAL = 1_000;

/** A part of a list, and the number of all keys in the list. */
export interface CountedSlice<T> extends Slice<T> {
  /** Exact up to 1,000. If the list has more keys, `total` is 1,001. */
  readonly total: number;
}

/** Lists and counts the keys of one user. */
@Injectable()
export class OwnKeysRepository {
  constructor(private readonly database: Database) {}

  list(
    filter: ResolvedOwnFilter,
    { limit, after, sort }: OwnSliceRequest,
    now: Date,
  ): Promise<CountedSlice<ApiKeyEntity>> {
    return this.database.read(async (manager) => {
      const finder = new OwnKeyFinder(manager, filter, now);
      const slice = await loadSlice(manager, await finder.find(sort, after, limit + 1), limit);
      return { ...slice, total: await finder.count(MAX_EXACT_TOTAL + 1) };
    });
  }

  summarize(userId: string, now: Date): Promise<ApiKeySummary> {
    const parameters = {
      userId,
      now,
      ahead: latestPlausibleTime(now),
      unusedSince: daysBefore(now, UNUSED_AFTER_DAYS),
      expiresBy: daysBefore(now, -EXPIRES_SOON_DAYS),
    };
    const unused = allOf(anyOf(STATUS_CONDITIONS.active), CREATED_BEFORE);
    return this.database.read(async (manager) => {
      const scans = ownKeyScans(manager, parameters);
      const used = await scans.used.countEach({
        unused: allOf(unused, anyOf(LAST_USED_BEFORE)),
        expiring: EXPIRES_SOON,
      });
      const neverUsed = await scans.neverUsed.countEach({ unused, expiring: EXPIRES_SOON });
      return {
        unusedFor90Days: used.unused + neverUsed.unused,
        expiringWithin30Days: used.expiring + neverUsed.expiring,
      };
    });
  }

  /** Returns the newest keys of the user that were created directly with the given key, newest first. */
  findChildren(userId: string, id: string, limit: number): Promise<ApiKeyEntity[]> {
    return this.database.read(async (manager) => {
      const found = toPositions(await childrenScan(manager, id).findLast(BY_CREATION, null, limit, null));
      const { items } = await loadSlice(manager, found, limit);
      return items.filter((key) => key.userId === userId);
    });
  }

  /** Counts the keys that were created directly with the given key. Stops counting at `max`. */
  countChildren(id: string, max: number): Promise<number> {
    return this.database.read((manager) => childrenScan(manager, id).count(null, max));
  }
}

const childrenScan = (manager: EntityManager, id: string): IndexScan =>
  new IndexScan(manager, {
    table: 'api_keys',
    alias: 'apiKey',
    index: 'api_keys_children',
    pinned: ['created_by_key_id'],
    key: BY_CREATION,
    where: 'apiKey.created_by_key_id = :id',
    parameters: { id },
  });
