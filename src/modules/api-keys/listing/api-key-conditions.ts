// Conditions on keys in SQL, which call them `apiKey`. Each part of a list is one that an index finds at once.
import { DAY_MS } from '../../../common/duration.js';
import { startsWith } from '../../../database/index.js';
import type { ApiKeyStatus } from '../api-key.js';

export interface ApiKeyFilter {
  readonly userId: string | null;
  readonly status: ApiKeyStatus | null;
  /** The start of a name or key prefix, without case; among everybody's keys also of an owner's address. */
  readonly search: string | null;
  /** Neither used nor created since then. */
  readonly unusedSince: Date | null;
}

export const IS_OWN = 'apiKey.user_id = :userId';
const LIVES = 'apiKey.revoked_at IS NULL';
const starts = (column: string): string => `${column} >= :from AND ${column} < :to`;

export const STATUS: Readonly<Record<ApiKeyStatus, readonly string[]>> = {
  active: [`${LIVES} AND apiKey.expires_at IS NULL`, `${LIVES} AND apiKey.expires_at > :now`],
  expired: [`${LIVES} AND apiKey.expires_at <= :now`],
  revoked: ['apiKey.revoked_at IS NOT NULL'],
};

/** Of keys that were created before then. A last use that lies ahead was written by a clock that was wrong. */
export const UNUSED: readonly string[] = [
  'apiKey.last_used_at IS NULL',
  'apiKey.last_used_at < :unusedSince',
  'apiKey.last_used_at > :ahead',
];
export const CREATED_BEFORE = 'apiKey.created_at < :unusedSince';

export const NAMED = starts('apiKey.name_folded');
export const PREFIXED = starts('apiKey.prefix_folded');
/** With `JOIN_OWNER`. */
export const OWNED_BY_ADDRESS = starts('owner.email');
export const JOIN_OWNER = 'LEFT JOIN users owner ON owner.id = apiKey.user_id';

export const either = (conditions: readonly string[]): string =>
  `(${conditions.map((condition) => `(${condition})`).join(' OR ')})`;

export const all = (...conditions: (string | null)[]): string =>
  conditions.filter((condition) => condition !== null).join(' AND ') || '1 = 1';

/** `null` where the filter leaves none out. */
export const statusCondition = ({ status }: Pick<ApiKeyFilter, 'status'>): string | null =>
  status && either(STATUS[status]);

/** Without the bound on creation. */
export const unusedCondition = ({ unusedSince }: Pick<ApiKeyFilter, 'unusedSince'>): string | null =>
  unusedSince && either(UNUSED);

/** Only a wrong clock writes a later time: the clocks of instances differ by less than a day. */
export const aheadOf = (now: Date): Date => new Date(now.getTime() + DAY_MS);

export const timesOf = ({ unusedSince }: Pick<ApiKeyFilter, 'unusedSince'>, now: Date) => ({
  now,
  unusedSince,
  ahead: aheadOf(now),
});

/** The values of the names in these conditions. */
export const parametersOf = ({ userId, search, unusedSince }: ApiKeyFilter, now: Date) => ({
  userId,
  ...timesOf({ unusedSince }, now),
  ...(search && startsWith(search)),
});

/** The whole filter but the owner, for queries that find the keys by their ids. */
export function narrowing(filter: ApiKeyFilter, now: Date): { where: string; parameters: object } {
  const owned = `EXISTS (SELECT 1 FROM users owner WHERE owner.id = apiKey.user_id AND ${OWNED_BY_ADDRESS})`;
  const searched = [NAMED, PREFIXED, ...(filter.userId === null ? [owned] : [])];
  return {
    where: all(
      filter.search && either(searched),
      statusCondition(filter),
      unusedCondition(filter),
      filter.unusedSince && CREATED_BEFORE,
    ),
    parameters: parametersOf(filter, now),
  };
}
