import { daysBefore } from '../../../common/duration.js';
import { isUserId } from '../../users/index.js';
import type { ApiKeyFilter } from './api-key-conditions.js';

/** The maximum number of days in a filter. It is about 100 years. */
export const MAX_FILTER_DAYS = 36_500;

/** A filter for the keys of all users. A property that is `null` adds no condition. */
export interface AdminApiKeyFilter extends Omit<ApiKeyFilter, 'unusedSince'> {
  /** If this is set, the filter matches only keys that were neither used nor created in this number of days. */
  readonly unusedForDays: number | null;
}

/** Whether the filter has no conditions, so that every key matches. */
export const isEmptyFilter = ({ userId, status, search, unusedForDays }: AdminApiKeyFilter): boolean =>
  userId === null && status === null && unusedForDays === null && (search ?? '').trim() === '';

/** Converts a filter to the form that the repositories use. Returns `null` if no key can match. */
export function toApiKeyFilter(
  { userId, status, search, unusedForDays }: AdminApiKeyFilter,
  now: Date,
): ApiKeyFilter | null {
  if (userId !== null && !isUserId(userId)) return null;
  const unusedSince = unusedForDays === null ? null : daysBefore(now, unusedForDays);
  return { userId, status, search: search && search.trim(), unusedSince };
}
