// Which index finds which keys. Each index also holds the columns of the conditions that its comment names.
import type { IndexRange } from '../../../database/index.js';
import {
  all,
  either,
  IS_OWN,
  JOIN_OWNER,
  LAST_USED_BEFORE,
  NAMED,
  NEVER_USED,
  OWNER_HAS_EMAIL,
  PREFIXED,
  STATUS,
  statusCondition,
  unusedCondition,
  type ApiKeyFilter,
} from './api-key-conditions.js';

/** The conditions that keys must meet besides the one that finds them. */
export type Rest = Pick<IndexRange, 'rest' | 'readsRows' | 'join'>;

/** All conditions of a filter except the owner. */
export const restOf = (filter: ApiKeyFilter): Rest & { readonly rest: string } => {
  const { search, userId, unusedSince } = filter;
  const isAmongOwners = search !== null && userId === null;
  const searched = [NAMED, PREFIXED, ...(isAmongOwners ? [OWNER_HAS_EMAIL] : [])];
  return {
    rest: all(search && either(searched), statusCondition(filter), unusedCondition(filter)),
    // Only the index of last uses holds the last use.
    readsRows: unusedSince !== null,
    ...(isAmongOwners && { join: JOIN_OWNER }),
  };
};

/** All keys, with owner. */
export const everyKey = (rest: Rest = {}): IndexRange => ({
  index: 'api_keys_newest',
  order: 'newest',
  where: '1 = 1',
  ...rest,
});

/** One owner's keys, with name, prefix and status. @param isOwned the owner condition, from `sameValue`. */
export const ownedKeys = (isOwned: string, rest: Rest): IndexRange => ({
  index: 'api_keys_owner',
  order: 'newest',
  within: 'user_id',
  where: isOwned,
  ...rest,
});

/** One owner's keys, with status. A status in the filter limits them to that. */
export const ownedKeysByStatus = ({ status }: ApiKeyFilter, rest: Rest = {}): IndexRange[] =>
  byStatusOf(status, { where: IS_OWN, ...rest });

/** Keys whose owner's email starts with the searched text, with status. A status in the filter limits them to that. */
export const keysByOwnerEmail = ({ status }: ApiKeyFilter, rest: Rest = {}): IndexRange[] =>
  byStatusOf(status, {
    where: `apiKey.user_id = owner.id AND ${OWNER_HAS_EMAIL}`,
    first: { table: 'users', alias: 'owner', index: 'users_email' },
    ...rest,
  });

const byStatusOf = (
  status: ApiKeyFilter['status'],
  { where, ...more }: Rest & Pick<IndexRange, 'where' | 'first'>,
): IndexRange[] =>
  (status ? STATUS[status] : [null]).map((condition) => ({
    index: 'api_keys_owner_status',
    order: 'mixed',
    where: all(where, condition),
    ...more,
  }));

/** Keys whose name or prefix starts with the searched text. The name index also holds owner and status. */
export const searchedKeys = (rest: Rest = {}): IndexRange[] => [
  { index: 'api_keys_day_name', order: 'days', where: NAMED, ...rest },
  { index: 'api_keys_day_prefix', order: 'days', where: PREFIXED, ...rest },
];

/** Keys with the filter's status. */
export const keysByStatus = ({ status }: ApiKeyFilter, rest: Rest = {}): IndexRange[] =>
  (status ? STATUS[status] : []).map((where) => ({
    index: 'api_keys_day_status',
    order: 'days',
    where,
    ...rest,
  }));

/** Unused keys, with owner and status. */
export const unusedKeys = ({ unusedSince }: ApiKeyFilter, rest: Rest = {}): IndexRange[] => {
  if (!unusedSince) return [];
  return [
    { index: 'api_keys_last_use', order: 'newest', where: NEVER_USED, ...rest },
    ...LAST_USED_BEFORE.map((where): IndexRange => ({
      index: 'api_keys_last_use',
      order: 'mixed',
      where,
      ...rest,
    })),
  ];
};
