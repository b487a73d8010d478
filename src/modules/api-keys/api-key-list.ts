// Trap: a row costs a hundred times as much to read as an entry of an index where the rows do not fit into the
// database's memory, so keys are looked for in the index that needs few rows besides those of the page.
import type { PageRequest, Position } from '../../common/http/index.js';
import {
  areFew,
  ListingQueries,
  newestAmong,
  newestFirst,
  newestOf,
  sameValue,
  startsWith,
  type Transaction,
} from '../../database/index.js';
import { all, parametersOf, type ApiKeyFilter } from './api-key-conditions.js';
import {
  everyKey,
  keysByStatus,
  ownedKeys,
  ownedKeysByStatus,
  restOf,
  searchedKeys,
  unusedKeys,
} from './api-key-ranges.js';

/** A list that every third key belongs to is full with so many. */
const FIRST_LOOK = 300;
/** Hardly any owner has more keys than that. */
const OWNERS_LOOK = 10_000;
const LONG_LOOK = 20_000;
/** So many rows can be read one by one. */
const FEW = 1_000;
const FEW_OWNERS = 8;
const SOME_OWNERS = 5_000;

/** Whose addresses begin with what is searched. */
interface Owners {
  readonly ids: readonly string[];
  /** They have so many keys that a search does not find those one owner after the other. */
  readonly areMany: boolean;
}

const NO_OWNERS: Owners = { ids: [], areMany: false };
const IS_OWN = 'apiKey.user_id = :userId';
const IS_THEIRS = 'apiKey.user_id IN (:...ids)';

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
    const queries = this.queries(filter);
    if (isEmpty(filter)) return queries.newest(everyKey(), count);
    const every = everyKey(restOf(filter));
    const found = await newestAmong(queries, every, count, { step: FIRST_LOOK, steps: 1 });
    if (found) return found;

    const { search, unusedSince, status } = filter;
    const owners = search ? await this.ownersByAddress(filter) : NO_OWNERS;
    const isSearched = search && !owners.areMany;
    const byStatus = keysByStatus(filter, restOf({ ...filter, status: null }));
    const byUse = unusedKeys(filter, restOf({ ...filter, unusedSince: null }));
    if (unusedSince) {
      const isAlone = !search && !status;
      if (isAlone || (await areFew(queries, byUse, isSearched ? FEW : LONG_LOOK)))
        return newestOf(queries, byUse, count);
    }
    if (isSearched) return this.searched(queries, filter, owners, count);
    if (status) return newestOf(queries, byStatus, count);
    return (await newestAmong(queries, every, count, { step: LONG_LOOK, steps: Infinity }))!;
  }

  /** By name and prefix, and by the owner's address. */
  private async searched(
    queries: ListingQueries,
    filter: ApiKeyFilter,
    owners: Owners,
    count: number,
  ): Promise<Position[]> {
    const unsearched = { ...filter, search: null };
    const byStatus = keysByStatus(filter, restOf({ ...filter, status: null }));
    const found = await newestOf(queries, searchedKeys(restOf(unsearched)), count, byStatus);
    if (owners.ids.length > FEW_OWNERS) {
      const owned = ownedKeysByStatus(IS_THEIRS, filter, restOf({ ...unsearched, status: null }));
      found.push(...(await newestOf(this.queries(filter, owners), owned, count)));
    } else {
      for (const userId of owners.ids) found.push(...(await this.ofOwner({ ...unsearched, userId }, count)));
    }
    return firstOf(found, count);
  }

  private async ofOwner(filter: ApiKeyFilter, count: number): Promise<Position[]> {
    const queries = this.queries(filter);
    const own = ownedKeys(sameValue(this.manager, 'apiKey.user_id', ':userId'), restOf(filter));
    if (isEmpty(filter)) return queries.newest(own, count);
    const found = await newestAmong(queries, own, count, { step: OWNERS_LOOK, steps: 1 });
    if (found) return found;

    const { search, status, unusedSince } = filter;
    if (search && (await areFew(queries, searchedKeys(), FEW))) {
      const rest = all(IS_OWN, restOf({ ...filter, search: null }).rest!);
      return newestOf(queries, searchedKeys({ rest }), count);
    }
    if (status) {
      const byStatus = ownedKeysByStatus(IS_OWN, filter, restOf({ ...filter, status: null }));
      const isInIndex = !search && !unusedSince && status !== 'revoked';
      if (isInIndex || (await areFew(queries, byStatus, FEW))) return newestOf(queries, byStatus, count);
    }
    return (await newestAmong(queries, own, count, { step: LONG_LOOK, steps: Infinity }))!;
  }

  private async ownersByAddress(filter: ApiKeyFilter): Promise<Owners> {
    const { from, to } = startsWith(filter.search!);
    const rows = await this.manager.query<{ id: string }[]>(
      `SELECT id FROM users WHERE email >= ? AND email < ? LIMIT ${SOME_OWNERS + 1}`,
      [from, to],
    );
    const ids = rows.map(({ id }) => id);
    if (ids.length <= FEW_OWNERS) return { ids, areMany: false };
    if (ids.length > SOME_OWNERS) return { ids: [], areMany: true };
    const owned = ownedKeysByStatus(IS_THEIRS, filter);
    return { ids, areMany: !(await areFew(this.queries(filter, { ids }), owned, LONG_LOOK)) };
  }

  /** A key that was created later than it must have been used last is no part of the list. */
  private queries(filter: ApiKeyFilter, more: object = {}): ListingQueries {
    const { unusedSince } = filter;
    const startsEarlier = unusedSince && !(this.after && this.after.createdAt < unusedSince);
    return new ListingQueries(this.manager, {
      table: 'api_keys',
      alias: 'apiKey',
      index: everyKey().index,
      parameters: { ...parametersOf(filter, this.now), ...more },
      after: startsEarlier ? { createdAt: unusedSince, id: '' } : this.after,
    });
  }
}

const isEmpty = ({ status, search, unusedSince }: ApiKeyFilter): boolean =>
  !status && !search && !unusedSince;

const firstOf = (positions: readonly Position[], count: number): Position[] =>
  [...new Map(positions.map((position) => [position.id, position])).values()]
    .sort(newestFirst)
    .slice(0, count);
