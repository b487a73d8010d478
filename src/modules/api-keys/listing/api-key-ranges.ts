// This file contains the index ranges that a list can read. Each comment says which columns the index contains. A
// filter on any other column is slow, because the database must read the row of each index entry to check it.
import type { IndexRange } from '../../../database/index.js';
import {
  allOf,
  anyOf,
  OWNED_BY_USER,
  JOIN_OWNER,
  LAST_USED_BEFORE,
  NAME_MATCHES,
  NEVER_USED,
  OWNER_EMAIL_MATCHES,
  PREFIX_MATCHES,
  STATUS_CONDITIONS,
  statusCondition,
  unusedCondition,
  type ApiKeyFilter,
} from './api-key-conditions.js';

/** The part of an `IndexRange` that checks conditions other than `indexCondition`. */
export type ResidualConditions = Pick<IndexRange, 'residualCondition' | 'readsRows' | 'join'>;

/** Returns the conditions that an index range doesn't cover: all except the owner condition and `CREATED_BEFORE`. */
export const residualConditionsOf = (
  filter: ApiKeyFilter,
): ResidualConditions & { readonly residualCondition: string } => {
  const { search, userId, unusedSince } = filter;
  const searchesEmails = search !== null && userId === null;
  const matches = [NAME_MATCHES, PREFIX_MATCHES, ...(searchesEmails ? [OWNER_EMAIL_MATCHES] : [])];
  return {
    residualCondition: allOf(search && anyOf(matches), statusCondition(filter), unusedCondition(filter)),
    // Only the index `api_keys_last_use` contains the last-use time. With any other index, a filter on it reads table rows.
    readsRows: unusedSince !== null,
    ...(searchesEmails && { join: JOIN_OWNER }),
  };
};

/** Returns the range of all keys. Its index contains the owner. */
export const allKeysRange = (residual: ResidualConditions = {}): IndexRange => ({
  index: 'api_keys_newest',
  order: 'time',
  indexCondition: '1 = 1',
  ...residual,
});

/**
 * Returns the range of one owner's keys. Its index contains the name, the prefix and the status.
 * @param isOwned the condition on the owner, from `Dialect.isEqual`.
 */
export const ownedKeysRange = (isOwned: string, residual: ResidualConditions): IndexRange => ({
  index: 'api_keys_owner',
  order: 'time',
  leadingColumn: 'user_id',
  indexCondition: isOwned,
  ...residual,
});

/**
 * Returns the ranges of one owner's keys with the status of the filter, or with any status if the filter has none.
 * Their index contains the status.
 */
export const ownedKeysRangesByStatus = (
  { status }: ApiKeyFilter,
  residual: ResidualConditions = {},
): IndexRange[] => ownerStatusRanges(status, { indexCondition: OWNED_BY_USER, ...residual });

/**
 * Returns the ranges of the keys whose owner has an email that starts with the search text. If the filter has a status,
 * the ranges contain only keys with that status. Their index contains the status.
 */
export const ownerEmailRanges = ({ status }: ApiKeyFilter, residual: ResidualConditions = {}): IndexRange[] =>
  ownerStatusRanges(status, {
    indexCondition: `apiKey.user_id = owner.id AND ${OWNER_EMAIL_MATCHES}`,
    outerTable: { table: 'users', alias: 'owner', index: 'users_email' },
    ...residual,
  });

const ownerStatusRanges = (
  status: ApiKeyFilter['status'],
  { indexCondition, ...more }: ResidualConditions & Pick<IndexRange, 'indexCondition' | 'outerTable'>,
): IndexRange[] =>
  (status ? STATUS_CONDITIONS[status] : [null]).map((condition) => ({
    index: 'api_keys_owner_status',
    order: 'none',
    indexCondition: allOf(indexCondition, condition),
    ...more,
  }));

/**
 * Returns the ranges of the keys with a name or prefix that starts with the search text. The index on the name also
 * contains the owner and the status. The index on the prefix doesn't.
 */
export const nameOrPrefixRanges = (residual: ResidualConditions = {}): IndexRange[] => [
  { index: 'api_keys_day_name', order: 'day', indexCondition: NAME_MATCHES, ...residual },
  { index: 'api_keys_day_prefix', order: 'day', indexCondition: PREFIX_MATCHES, ...residual },
];

/**
 * Returns the ranges of the keys with the status of the filter. Their index contains no other column that a filter
 * uses.
 */
export const indexRangesByStatus = (
  { status }: ApiKeyFilter,
  residual: ResidualConditions = {},
): IndexRange[] =>
  (status ? STATUS_CONDITIONS[status] : []).map((indexCondition) => ({
    index: 'api_keys_day_status',
    order: 'day',
    indexCondition,
    ...residual,
  }));

/** Returns the ranges of the unused keys of all users. Their index contains the owner and the status. */
export const unusedKeyRanges = (
  { unusedSince }: ApiKeyFilter,
  residual: ResidualConditions = {},
): IndexRange[] => {
  if (!unusedSince) return [];
  return [
    { index: 'api_keys_last_use', order: 'time', indexCondition: NEVER_USED, ...residual },
    ...LAST_USED_BEFORE.map((indexCondition): IndexRange => ({
      index: 'api_keys_last_use',
      order: 'none',
      indexCondition,
      ...residual,
    })),
  ];
};

/**
 * Returns the ranges of one owner's unused keys. Their index also contains the name, the prefix and the status.
 * @param isOwned the condition on the owner, from `Dialect.isEqual`.
 */
export const ownedUnusedKeyRanges = (isOwned: string, residual: ResidualConditions): IndexRange[] => [
  {
    index: 'api_keys_owner_last_use',
    order: 'time',
    leadingColumn: 'user_id',
    indexCondition: allOf(isOwned, NEVER_USED),
    ...residual,
  },
  ...LAST_USED_BEFORE.map((condition): IndexRange => ({
    index: 'api_keys_owner_last_use',
    order: 'none',
    indexCondition: allOf(OWNED_BY_USER, condition),
    ...residual,
  })),
];
