// Which index serves which list. Trap: a row costs a hundred times as much to read as an entry of an index where the
// rows do not fit into the database's memory, so ranges are chosen that need few rows besides those of the page.
import type { PageRequest, Position } from '../../common/http/index.js';
import {
  areFew,
  ListingQueries,
  newestAmong,
  newestFirst,
  newestOf,
  sameValue,
  startsWith,
  type IndexRange,
  type Transaction,
} from '../../database/index.js';
import {
  all,
  CREATED_BEFORE,
  either,
  JOIN_OWNER,
  LAST_USED_BEFORE,
  NAMED,
  NEVER_USED,
  OWNED_BY_ADDRESS,
  parametersOf,
  PREFIXED,
  STATUS,
  statusCondition,
  unusedCondition,
  type ApiKeyFilter,
} from './api-key-conditions.js';

/** A list that every third key belongs to is full with so many. */
const FIRST_LOOK = 300;
/** Few owners have more keys than that, so one look at all of them does. */
const OWNERS_LOOK = 10_000;
const LONG_LOOK = 20_000;
/** So many rows can be read one by one. */
const FEW = 1_000;
const FEW_OWNERS = 8;
const SOME_OWNERS = 1_000;

const EVERY_KEY: IndexRange = { index: 'api_keys_newest', order: 'newest', where: '1 = 1' };

/** Finds the keys of a page, newest first. */
export class ApiKeyList {
  constructor(
    private readonly manager: Transaction['manager'],
    private readonly after: PageRequest['after'],
    private readonly now: Date,
  ) {}

  /** The first `count` keys that the filter leaves. */
  find(filter: ApiKeyFilter, count: number): Promise<Position[]> {
    return filter.userId === null ? this.ofEverybody(filter, count) : this.ofOwner(filter, count);
  }

  private async ofEverybody(filter: ApiKeyFilter, count: number): Promise<Position[]> {
    const { status, search, unusedSince } = filter;
    const queries = this.queries(filter);
    if (!status && !search && !unusedSince) return queries.newest(EVERY_KEY, count);
    const whole = { ...EVERY_KEY, where: unusedSince ? CREATED_BEFORE : '1 = 1' };
    const wanted = { ...EVERY_KEY, ...rowsThat(filter) };
    const found = await newestAmong(queries, whole, wanted, count, { step: FIRST_LOOK, steps: 1 });
    if (found) return found;
    switch (await this.leadOf(queries, filter)) {
      case 'status':
        return newestOf(queries, statusRanges(filter, rowsThat({ ...filter, status: null })), count);
      case 'use':
        return newestOf(queries, unusedRanges(filter, rowsThat({ ...filter, unusedSince: null })), count);
      case 'search':
        return this.searched(queries, filter, count);
    }
  }

  /** Which condition finds the keys in which the others are looked at: one that few meet, if there is one. */
  private async leadOf(queries: ListingQueries, filter: ApiKeyFilter): Promise<'search' | 'status' | 'use'> {
    const { status, search, unusedSince } = filter;
    const isAlone = [status, search, unusedSince].filter(Boolean).length === 1;
    if (status && (isAlone || (await areFew(queries, statusRanges(filter), FEW)))) return 'status';
    if (unusedSince && (isAlone || (await areFew(queries, unusedRanges(filter), FEW)))) return 'use';
    return search ? 'search' : 'use';
  }

  private async searched(queries: ListingQueries, filter: ApiKeyFilter, count: number): Promise<Position[]> {
    const rest = all(statusCondition(filter), unusedCondition(filter));
    const found = await newestOf(queries, searchRanges({ where: rest }), count);
    const owned = await this.ownedByAddress(queries, filter, count);
    return firstOf([...found, ...owned], count);
  }

  /** Keys whose owner's address begins with what is searched. */
  private async ownedByAddress(
    queries: ListingQueries,
    filter: ApiKeyFilter,
    count: number,
  ): Promise<Position[]> {
    const ids = await this.ownersByAddress(filter.search!);
    const rest = { ...filter, search: null };
    if (ids.length <= FEW_OWNERS) {
      const found: Position[] = [];
      for (const userId of ids) found.push(...(await this.ofOwner({ ...rest, userId }, count)));
      return firstOf(found, count);
    }
    const conditions = all(statusCondition(rest), unusedCondition(rest));
    if (ids.length <= SOME_OWNERS) {
      const owned = this.queries(rest, { ids });
      const theirs = `apiKey.user_id IN (:...ids)`;
      const range: IndexRange = { index: 'api_keys_owner_status', order: 'mixed', where: theirs };
      if (!(await owned.hasMore(range, LONG_LOOK)))
        return newestOf(owned, [{ ...range, where: all(theirs, conditions) }], count);
    }
    const wanted = { ...EVERY_KEY, join: JOIN_OWNER, where: all(OWNED_BY_ADDRESS, conditions) };
    const look = { step: LONG_LOOK, steps: Infinity };
    return (await newestAmong(queries, EVERY_KEY, wanted, count, look))!;
  }

  private async ofOwner(filter: ApiKeyFilter, count: number): Promise<Position[]> {
    const { status, search, unusedSince } = filter;
    const queries = this.queries(filter);
    const own = sameValue(this.manager, 'apiKey.user_id', ':userId');
    const whole: IndexRange = { index: 'api_keys_owner', order: 'newest', within: 'user_id', where: own };
    if (!status && !search && !unusedSince) return queries.newest(whole, count);
    const conditions = [statusCondition(filter), unusedCondition(filter)];
    const wanted = { ...whole, where: all(own, search && either([NAMED, PREFIXED]), ...conditions) };
    const found = await newestAmong(queries, whole, wanted, count, { step: OWNERS_LOOK, steps: 1 });
    if (found) return found;
    const isOwn = 'apiKey.user_id = :userId';
    if (status && status !== 'revoked') {
      const rest = all(isOwn, search && either([NAMED, PREFIXED]), unusedCondition(filter));
      return newestOf(queries, ownersStatusRanges(status, { where: rest }), count);
    }
    if (search && (await areFew(queries, searchRanges(), FEW)))
      return newestOf(queries, searchRanges({ where: all(isOwn, ...conditions) }), count);
    const look = { step: LONG_LOOK, steps: Infinity };
    return (await newestAmong(queries, whole, wanted, count, look))!;
  }

  /** The ids of users, at most one more than are some. */
  private async ownersByAddress(search: string): Promise<string[]> {
    const { from, to } = startsWith(search);
    const rows = await this.manager.query<{ id: string }[]>(
      `SELECT id FROM users WHERE email >= ? AND email < ? LIMIT ${SOME_OWNERS + 1}`,
      [from, to],
    );
    return rows.map(({ id }) => id);
  }

  private queries(filter: ApiKeyFilter, more: object = {}): ListingQueries {
    return new ListingQueries(this.manager, {
      table: 'api_keys',
      alias: 'apiKey',
      index: EVERY_KEY.index,
      parameters: { ...parametersOf(filter, this.now), ...more },
      after: this.after,
    });
  }
}

const firstOf = (positions: readonly Position[], count: number): Position[] =>
  [...new Map(positions.map((position) => [position.id, position])).values()]
    .sort(newestFirst)
    .slice(0, count);

/** Every condition of the filter but the owner, with the join that it needs. */
const rowsThat = (filter: ApiKeyFilter): Rest => ({
  where: all(
    filter.search && either([NAMED, PREFIXED, OWNED_BY_ADDRESS]),
    statusCondition(filter),
    unusedCondition(filter),
  ),
  ...(filter.search && { join: JOIN_OWNER }),
});

type Rest = Pick<IndexRange, 'where' | 'join'>;

const rangesOf = (
  index: string,
  order: IndexRange['order'],
  conditions: readonly string[],
  { where, ...join }: Rest = { where: EVERY_KEY.where },
): IndexRange[] => conditions.map((condition) => ({ index, order, where: all(condition, where), ...join }));

const searchRanges = (rest?: Rest): IndexRange[] => [
  ...rangesOf('api_keys_day_name', 'days', [NAMED], rest),
  ...rangesOf('api_keys_day_prefix', 'days', [PREFIXED], rest),
];

const statusRanges = ({ status }: ApiKeyFilter, rest?: Rest): IndexRange[] =>
  status ? rangesOf('api_keys_day_status', 'days', STATUS[status], rest) : [];

const ownersStatusRanges = (status: 'active' | 'expired', rest: Rest): IndexRange[] =>
  rangesOf('api_keys_owner_status', 'mixed', STATUS[status], rest);

const unusedRanges = ({ unusedSince }: ApiKeyFilter, rest?: Rest): IndexRange[] =>
  unusedSince
    ? [
        ...rangesOf('api_keys_last_use', 'newest', [NEVER_USED], rest),
        ...rangesOf('api_keys_last_use', 'mixed', [LAST_USED_BEFORE], rest),
      ]
    : [];
