// Which index holds which keys. Each holds the columns of the conditions that its comment names.
import type { IndexRange } from '../../../database/index.js';
import {
  all,
  either,
  IS_OWN,
  JOIN_OWNER,
  NAMED,
  OWNED_BY_ADDRESS,
  PREFIXED,
  STATUS,
  statusCondition,
  UNUSED,
  unusedCondition,
  type ApiKeyFilter,
} from './api-key-conditions.js';

/** What keys must meet besides the condition by which they are found. */
export type Rest = Pick<IndexRange, 'rest' | 'readsRows' | 'join'>;

/** The conditions of a filter but the owner. */
export const restOf = (filter: ApiKeyFilter): Rest => {
  const { search, userId, unusedSince } = filter;
  const isAmongOwners = search !== null && userId === null;
  const searched = [NAMED, PREFIXED, ...(isAmongOwners ? [OWNED_BY_ADDRESS] : [])];
  return {
    rest: all(search && either(searched), statusCondition(filter), unusedCondition(filter)),
    // Only the index of last uses has these.
    readsRows: unusedSince !== null,
    ...(isAmongOwners && { join: JOIN_OWNER }),
  };
};

/** Every key, with its owner. */
export const everyKey = (rest: Rest = {}): IndexRange => ({
  index: 'api_keys_newest',
  order: 'newest',
  where: '1 = 1',
  ...rest,
});

/** The keys of one owner, with names, prefixes and status. @param isOwned in words for a sorted list: `sameValue`. */
export const ownedKeys = (isOwned: string, rest: Rest): IndexRange => ({
  index: 'api_keys_owner',
  order: 'newest',
  within: 'user_id',
  where: isOwned,
  ...rest,
});

/** The keys of an owner, with their status; of one status if the filter says so. */
export const ownedKeysByStatus = ({ status }: ApiKeyFilter, rest: Rest = {}): IndexRange[] =>
  byStatusOf(status, { where: IS_OWN, ...rest });

/** The keys of owners whose addresses begin as is searched, with their status. */
export const addressedKeysByStatus = ({ status }: ApiKeyFilter, rest: Rest = {}): IndexRange[] =>
  byStatusOf(status, {
    where: `apiKey.user_id = owner.id AND ${OWNED_BY_ADDRESS}`,
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

/** The keys whose names, with owner and status, or prefixes begin as is searched. */
export const searchedKeys = (rest: Rest = {}): IndexRange[] => [
  { index: 'api_keys_day_name', order: 'days', where: NAMED, ...rest },
  { index: 'api_keys_day_prefix', order: 'days', where: PREFIXED, ...rest },
];

export const keysByStatus = ({ status }: ApiKeyFilter, rest: Rest = {}): IndexRange[] =>
  (status ? STATUS[status] : []).map((where) => ({
    index: 'api_keys_day_status',
    order: 'days',
    where,
    ...rest,
  }));

/** The unused keys, with their owner and status. */
export const unusedKeys = ({ unusedSince }: ApiKeyFilter, rest: Rest = {}): IndexRange[] => {
  if (!unusedSince) return [];
  const [never, ...atOtherTimes] = UNUSED as [string, ...string[]];
  return [
    { index: 'api_keys_last_use', order: 'newest', where: never, ...rest },
    ...atOtherTimes.map((where): IndexRange => ({
      index: 'api_keys_last_use',
      order: 'mixed',
      where,
      ...rest,
    })),
  ];
};
