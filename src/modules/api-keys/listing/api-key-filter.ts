import { daysBefore } from '../../../common/duration.js';
import { isUserId } from '../../users/index.js';
import type { ApiKeyFilter } from './api-key-conditions.js';

/** Which of all keys an admin asks for. `null` leaves a condition out. */
export interface AdminApiKeyFilter extends Omit<ApiKeyFilter, 'unusedSince'> {
  /** Neither used nor created within this many days. */
  readonly unusedForDays: number | null;
}

/** Whether every key matches. */
export const isEmptyFilter = ({ userId, status, search, unusedForDays }: AdminApiKeyFilter): boolean =>
  userId === null && status === null && unusedForDays === null && (search ?? '').trim() === '';

/** The filter for the repositories; `null` when no key can match. */
export function toApiKeyFilter(
  { userId, status, search, unusedForDays }: AdminApiKeyFilter,
  now: Date,
): ApiKeyFilter | null {
  if (userId !== null && !isUserId(userId)) return null;
  const unusedSince = unusedForDays === null ? null : daysBefore(now, unusedForDays);
  return { userId, status, search: search && search.trim(), unusedSince };
}
