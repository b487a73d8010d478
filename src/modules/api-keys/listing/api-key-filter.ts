import { daysBefore } from '../../../common/duration.js';
import { foldSearch } from '../../../common/text/email.js';
import { isUserId } from '../../users/index.js';
import type { ApiKeyFilter } from './api-key-conditions.js';

/** Which keys an admin means; `null` leaves a condition out. */
export interface AdminApiKeyFilter extends Omit<ApiKeyFilter, 'unusedSince'> {
  /** Neither used nor created within so many days. */
  readonly unusedForDays: number | null;
}

/** Whether the filter leaves no key out. */
export const isEmptyFilter = ({ userId, status, search, unusedForDays }: AdminApiKeyFilter): boolean =>
  userId === null && status === null && unusedForDays === null && (search ?? '').trim() === '';

/** What the repositories understand, or `null` when no key can match. */
export function toApiKeyFilter(
  { userId, status, search, unusedForDays }: AdminApiKeyFilter,
  now: Date,
): ApiKeyFilter | null {
  if (userId !== null && !isUserId(userId)) return null;
  return {
    userId,
    status,
    search: search && foldSearch(search.trim()),
    unusedSince: unusedForDays === null ? null : daysBefore(now, unusedForDays),
  };
}
