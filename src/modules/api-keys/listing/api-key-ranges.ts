// The index ranges in which a list can find keys. Each comment says which filters the index covers: checking other
// filters costs the read of a row for each entry.
import type { IndexRange } from '../../../database/index.js';
import {
  all,
  either,
  IS_OWN,
  JOIN_OWNER,
  LAST_USED_BEFORE,
  NAME_MATCHES,
  NEVER_USED,
  OWNER_EMAIL_MATCHES,
  PREFIX_MATCHES,
  STATUS,
  statusCondition,
  unusedCondition,
  type ApiKeyFilter,
} from './api-key-conditions.js';

/** The part of an `IndexRange` that checks further conditions. */
export type Residual = Pick<IndexRange, 'residualCondition' | 'readsRows' | 'join'>;

/** All conditions of a filter except the owner. */
export const residualOf = (filter: ApiKeyFilter): Residual & { readonly residualCondition: string } => {
  const { search, userId, unusedSince } = filter;
  const searchesEmails = search !== null && userId === null;
  const matches = [NAME_MATCHES, PREFIX_MATCHES, ...(searchesEmails ? [OWNER_EMAIL_MATCHES] : [])];
  return {
    residualCondition: all(search && either(matches), statusCondition(filter), unusedCondition(filter)),
    // Only the index `api_keys_last_use` contains the time of the last use.
    readsRows: unusedSince !== null,
    ...(searchesEmails && { join: JOIN_OWNER }),
  };
};

/** All keys. Covers the owner. */
export const allKeysRange = (residual: Residual = {}): IndexRange => ({
  index: 'api_keys_newest',
  order: 'time',
  indexCondition: '1 = 1',
  ...residual,
});

/** One owner's keys. Covers name, prefix and status. @param isOwned the owner condition, from `Dialect.isEqual`. */
export const ownedKeysRange = (isOwned: string, residual: Residual): IndexRange => ({
  index: 'api_keys_owner',
  order: 'time',
  leadingColumn: 'user_id',
  indexCondition: isOwned,
  ...residual,
});

/** One owner's keys, limited to the filter's status if it has one. Covers the status. */
export const ownedKeysByStatusRanges = ({ status }: ApiKeyFilter, residual: Residual = {}): IndexRange[] =>
  ownerStatusRanges(status, { indexCondition: IS_OWN, ...residual });

/**
 * Keys of owners whose email starts with the search text, limited to the filter's status if it has one. Covers the
 * status.
 */
export const ownerEmailRanges = ({ status }: ApiKeyFilter, residual: Residual = {}): IndexRange[] =>
  ownerStatusRanges(status, {
    indexCondition: `apiKey.user_id = owner.id AND ${OWNER_EMAIL_MATCHES}`,
    outerTable: { table: 'users', alias: 'owner', index: 'users_email' },
    ...residual,
  });

const ownerStatusRanges = (
  status: ApiKeyFilter['status'],
  { indexCondition, ...more }: Residual & Pick<IndexRange, 'indexCondition' | 'outerTable'>,
): IndexRange[] =>
  (status ? STATUS[status] : [null]).map((condition) => ({
    index: 'api_keys_owner_status',
    order: 'none',
    indexCondition: all(indexCondition, condition),
    ...more,
  }));

/** Keys whose name or prefix starts with the search text. Only the name index covers owner and status. */
export const nameOrPrefixRanges = (residual: Residual = {}): IndexRange[] => [
  { index: 'api_keys_day_name', order: 'day', indexCondition: NAME_MATCHES, ...residual },
  { index: 'api_keys_day_prefix', order: 'day', indexCondition: PREFIX_MATCHES, ...residual },
];

/** Keys with the filter's status. Covers only the status. */
export const statusRanges = ({ status }: ApiKeyFilter, residual: Residual = {}): IndexRange[] =>
  (status ? STATUS[status] : []).map((indexCondition) => ({
    index: 'api_keys_day_status',
    order: 'day',
    indexCondition,
    ...residual,
  }));

/** Unused keys. Covers owner and status. */
export const unusedKeyRanges = ({ unusedSince }: ApiKeyFilter, residual: Residual = {}): IndexRange[] => {
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
