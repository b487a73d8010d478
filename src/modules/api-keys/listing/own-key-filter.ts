import { daysBefore } from '../../../common/duration.js';
import { findApiKey } from '../../../common/text/api-key-format.js';
import { foldCase } from '../../../common/text/fold-case.js';
import type { SliceRequest } from '../../../common/pagination/index.js';
import type { AdminApiKeyFilter } from './api-key-filter.js';

/** The times by which users can sort their own keys. */
export const API_KEY_SORTS = ['createdAt', 'lastUsedAt'] as const;
export type ApiKeySort = (typeof API_KEY_SORTS)[number];

/** A filter for the caller's own keys. A property that is `null` or `false` adds no condition. */
export interface OwnApiKeyFilter extends Pick<AdminApiKeyFilter, 'status' | 'unusedForDays'> {
  /**
   * A part of the name, or the start of the key prefix. The search ignores case. If the text contains a complete API
   * key, the filter matches the key with this id instead.
   */
  readonly search: string | null;
  /** If this is set, the filter matches only active keys that expire within this number of days. */
  readonly expiresWithinDays: number | null;
  /** Whether the filter matches only active keys that have never been used. */
  readonly isNeverUsed: boolean;
  /** Whether the filter excludes revoked keys. It doesn't exclude the key that `search` contains. */
  readonly isNotRevoked: boolean;
}

/** Filter for all of the caller's keys. */
export const ALL_OWN_KEYS: OwnApiKeyFilter = {
  status: null,
  search: null,
  unusedForDays: null,
  expiresWithinDays: null,
  isNeverUsed: false,
  isNotRevoked: false,
};

export interface OwnSliceRequest extends SliceRequest {
  readonly sort: ApiKeySort;
}

/** A filter in the form that the repository uses. */
export interface ResolvedOwnFilter extends Pick<OwnApiKeyFilter, 'status' | 'isNeverUsed' | 'isNotRevoked'> {
  readonly userId: string;
  /** The only key that can match, or `null` if any key can match. */
  readonly id: string | null;
  /** The case-folded text of the search. */
  readonly text: string | null;
  readonly unusedSince: Date | null;
  readonly expiresBy: Date | null;
}

export function resolveOwnFilter(filter: OwnApiKeyFilter, userId: string, now: Date): ResolvedOwnFilter {
  const { status, unusedForDays, expiresWithinDays, isNeverUsed, isNotRevoked } = filter;
  const search = (filter.search ?? '').trim();
  const id = findApiKey(search)?.id ?? null;
  return {
    userId,
    status,
    isNeverUsed,
    isNotRevoked: isNotRevoked && id === null,
    id,
    text: search === '' || id !== null ? null : foldCase(search),
    unusedSince: unusedForDays === null ? null : daysBefore(now, unusedForDays),
    expiresBy: expiresWithinDays === null ? null : daysBefore(now, -expiresWithinDays),
  };
}
