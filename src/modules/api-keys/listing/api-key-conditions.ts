// This file contains SQL conditions on keys. `apiKey` is the alias of the table. Where this file has a list of
// conditions, a key must meet one of them. They are separate conditions, because each of them selects one range of an
// index.
import { latestPlausibleTime } from '../../../common/duration.js';
import { foldSearchText } from '../../../common/text/email.js';
import { startsWith } from '../../../database/index.js';
import type { ApiKeyStatus } from '../api-key-status.js';

export interface ApiKeyFilter {
  readonly userId: string | null;
  readonly status: ApiKeyStatus | null;
  /**
   * The start of a name or key prefix. The search ignores case. If `userId` is null, it also matches the start of the
   * owner's email.
   */
  readonly search: string | null;
  /** If this is set, the filter matches only keys that were neither used nor created since this time. */
  readonly unusedSince: Date | null;
}

export const OWNED_BY_USER = 'apiKey.user_id = :userId';
export const NOT_REVOKED = 'apiKey.revoked_at IS NULL';
const startsWithSearch = (column: string): string => `${column} >= :from AND ${column} < :to`;

export const STATUS_CONDITIONS: Readonly<Record<ApiKeyStatus, readonly string[]>> = {
  active: [`${NOT_REVOKED} AND apiKey.expires_at IS NULL`, `${NOT_REVOKED} AND apiKey.expires_at > :now`],
  expired: [`${NOT_REVOKED} AND apiKey.expires_at <= :now`],
  revoked: ['apiKey.revoked_at IS NOT NULL'],
};

/** Selects active keys that expire by `:expiresBy`. */
export const EXPIRES_SOON = `${NOT_REVOKED} AND apiKey.expires_at > :now AND apiKey.expires_at <= :expiresBy`;

export const NEVER_USED = 'apiKey.last_used_at IS NULL';
/**
 * Each condition selects keys that were not used since `:unusedSince`. The second one selects keys with a last use too
 * far in the future, which only a wrong clock can have recorded.
 */
export const LAST_USED_BEFORE: readonly string[] = [
  'apiKey.last_used_at < :unusedSince',
  'apiKey.last_used_at > :ahead',
];
/** A newer key doesn't count as unused, even if it was never used. */
export const CREATED_BEFORE = 'apiKey.created_at < :unusedSince';

export const NAME_MATCHES = startsWithSearch('apiKey.name_folded');
export const PREFIX_MATCHES = startsWithSearch('apiKey.prefix_folded');
/** Unlike LIKE, this comparison needs no escaping. */
export const NAME_CONTAINS = 'INSTR(apiKey.name_folded, :text) > 0';
/** This condition works only in a query that joins the owner, for example with `JOIN_OWNER`. */
export const OWNER_EMAIL_MATCHES = startsWithSearch('owner.email');
export const JOIN_OWNER = 'LEFT JOIN users owner ON owner.id = apiKey.user_id';

export const anyOf = (conditions: readonly string[]): string =>
  `(${conditions.map((condition) => `(${condition})`).join(' OR ')})`;

export const allOf = (...conditions: (string | null)[]): string =>
  conditions.filter((condition) => condition !== null).join(' AND ') || '1 = 1';

/** Returns the condition on the status, or `null` if the filter has no status. */
export const statusCondition = ({ status }: Pick<ApiKeyFilter, 'status'>): string | null =>
  status && anyOf(STATUS_CONDITIONS[status]);

/**
 * Returns the condition on the last use, or `null` if the filter has no `unusedSince`. The result doesn't include
 * `CREATED_BEFORE`.
 */
export const unusedCondition = ({ unusedSince }: Pick<ApiKeyFilter, 'unusedSince'>): string | null =>
  unusedSince && anyOf([NEVER_USED, ...LAST_USED_BEFORE]);

/** Returns the parameters of the conditions on status, last use and creation time. */
export const timeSqlParameters = ({ unusedSince }: Pick<ApiKeyFilter, 'unusedSince'>, now: Date) => ({
  now,
  unusedSince,
  ahead: latestPlausibleTime(now),
});

/** Returns the parameters of the conditions that compare with the search text. */
export const searchSqlParameters = (search: string) => startsWith(foldSearchText(search));

/** Returns the parameters of all conditions in this file. */
export const sqlParametersOf = ({ userId, search, unusedSince }: ApiKeyFilter, now: Date) => ({
  userId,
  ...timeSqlParameters({ unusedSince }, now),
  ...(search && searchSqlParameters(search)),
});

/**
 * Returns the conditions of a filter, except the condition on the owner. The caller adds that condition, because its
 * form determines which index the database uses.
 */
export function filterCondition(filter: ApiKeyFilter, now: Date): { where: string; parameters: object } {
  const ownerMatches = `EXISTS (SELECT 1 FROM users owner WHERE owner.id = apiKey.user_id AND ${OWNER_EMAIL_MATCHES})`;
  const matches = [NAME_MATCHES, PREFIX_MATCHES, ...(filter.userId === null ? [ownerMatches] : [])];
  return {
    where: allOf(
      filter.search && anyOf(matches),
      statusCondition(filter),
      unusedCondition(filter),
      filter.unusedSince && CREATED_BEFORE,
    ),
    parameters: sqlParametersOf(filter, now),
  };
}
