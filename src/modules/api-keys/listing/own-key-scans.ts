import type { ListPosition } from '../../../common/pagination/index.js';
import {
  dialectOf,
  IndexScan,
  toDate,
  type Entry,
  type ScannedRange,
  type Transaction,
} from '../../../database/index.js';
import { allOf, NEVER_USED } from './api-key-conditions.js';

/** The columns by which lists are sorted. Keys with the same last use are sorted by creation. */
export const BY_CREATION = ['created_at', 'id'];
export const BY_LAST_USE = ['last_used_at', ...BY_CREATION];

/** The index ranges with the keys of one user. Their indexes also contain the name, the prefix and the status. */
export interface OwnKeyScans {
  /** All keys, sorted by creation. The index doesn't contain the last use. */
  readonly all: IndexScan;
  /** The keys that have been used, sorted by last use. */
  readonly used: IndexScan;
  /** The keys that have never been used, sorted by creation. */
  readonly neverUsed: IndexScan;
}

/** @param parameters the values for the conditions, including `userId`. */
export function ownKeyScans(manager: Transaction['manager'], parameters: object): OwnKeyScans {
  const isOwned = dialectOf(manager).isEqual('apiKey.user_id', ':userId');
  const scan = (range: Omit<ScannedRange, 'table' | 'alias' | 'parameters'>) =>
    new IndexScan(manager, { ...range, table: 'api_keys', alias: 'apiKey', parameters });
  return {
    all: scan({ index: 'api_keys_owner', pinned: ['user_id'], key: BY_CREATION, where: isOwned }),
    used: scan({
      index: 'api_keys_owner_last_use',
      pinned: ['user_id'],
      key: BY_LAST_USE,
      where: allOf(isOwned, 'apiKey.last_used_at IS NOT NULL'),
    }),
    neverUsed: scan({
      index: 'api_keys_owner_last_use',
      pinned: ['user_id'],
      key: BY_CREATION,
      where: allOf(isOwned, NEVER_USED),
    }),
  };
}

interface Row {
  readonly id: string;
  readonly created_at: Date | string;
  readonly last_used_at?: Date | string;
}

/** Converts entries with the columns `BY_CREATION`. */
export const toPositions = (entries: readonly Entry[]): ListPosition[] =>
  (entries as readonly unknown[] as readonly Row[]).map(({ id, created_at }) => ({
    id,
    createdAt: toDate(created_at),
  }));

/** Converts entries with the columns `BY_LAST_USE`. Entries of keys that have never been used lack the first column. */
export const toPositionsByLastUse = (entries: readonly Entry[]): ListPosition[] =>
  (entries as readonly unknown[] as readonly Row[]).map(({ id, created_at, last_used_at }) => ({
    id,
    createdAt: toDate(created_at),
    sortTime: last_used_at ? toDate(last_used_at) : null,
  }));
