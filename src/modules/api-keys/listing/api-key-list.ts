// Trap: where the rows do not fit into the database's memory, reading a row costs a hundred times as much as reading
// an index entry. So the list picks the index that needs few rows besides those it returns.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Position, SliceRequest } from '../../../common/pagination/index.js';
import {
  areFew,
  dialectOf,
  fromSharedDay,
  ListingQueries,
  newestAmong,
  newestFirst,
  newestOf,
  type Transaction,
} from '../../../database/index.js';
import {
  all,
  IS_OWN,
  parametersOf,
  searchParameters,
  unusedCondition,
  type ApiKeyFilter,
} from './api-key-conditions.js';
import {
  everyKey,
  keysByOwnerEmail,
  keysByStatus,
  ownedKeys,
  ownedKeysByStatus,
  restOf,
  searchedKeys,
  unusedKeys,
} from './api-key-ranges.js';

/** Enough keys to fill a list that contains every third of them. */
const FIRST_LOOK = 300;
/** Hardly any owner has more keys. */
const OWNERS_LOOK = 10_000;
const LONG_LOOK = 20_000;
/** How many rows can be read one by one. */
const FEW = 1_000;
/** How many of them one query reads. */
const FEW_ROWS = 300;
const FEW_OWNERS = 8;
const SOME_OWNERS = 5_000;

/** The users whose emails start with the searched text: their ids if they are few, else roughly how many. */
type Owners = { readonly ids: readonly string[] } | 'some' | 'many';

/** Finds the keys of one slice of a list, newest first. */
export class ApiKeyList {
  constructor(
    private readonly manager: Transaction['manager'],
    private readonly after: SliceRequest['after'],
    private readonly now: Date,
  ) {}

  /** The first `count` keys that match the filter. */
  find(filter: ApiKeyFilter, count: number): Promise<Position[]> {
    return filter.userId === null ? this.ofAllUsers(filter, count) : this.ofOwner(filter, count);
  }

  private async ofAllUsers(filter: ApiKeyFilter, count: number): Promise<Position[]> {
    const queries = this.queries(filter);
    if (isEmpty(filter)) return queries.newest(everyKey(), count);
    const every = everyKey(restOf(filter));
    const found = await newestAmong(queries, every, count, { step: FIRST_LOOK, steps: 1 });
    if (found) return found;

    const { search, unusedSince, status } = filter;
    const owners = search ? await this.ownersByEmail(queries, filter) : null;
    const isSearched = owners && owners !== 'many';
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

  /** Keys whose name, prefix or owner's email starts with the searched text. */
  private async searched(
    queries: ListingQueries,
    filter: ApiKeyFilter,
    owners: Exclude<Owners, 'many'>,
    count: number,
  ): Promise<Position[]> {
    const unsearched = { ...filter, search: null };
    const byStatus = keysByStatus(filter, restOf({ ...filter, status: null }));
    const found = await newestOf(queries, searchedKeys(restOf(unsearched)), count, byStatus);
    if (owners === 'some') {
      const owned = keysByOwnerEmail(filter, restOf({ ...unsearched, status: null }));
      found.push(...(await newestOf(queries, owned, count)));
    } else {
      for (const userId of owners.ids) found.push(...(await this.ofOwner({ ...unsearched, userId }, count)));
    }
    return firstOf(found, count);
  }

  private async ofOwner(filter: ApiKeyFilter, count: number): Promise<Position[]> {
    const queries = this.queries(filter);
    const own = ownedKeys(dialectOf(this.manager).sameValue('apiKey.user_id', ':userId'), restOf(filter));
    if (isEmpty(filter)) return queries.newest(own, count);
    const step = filter.unusedSince ? FIRST_LOOK : OWNERS_LOOK;
    const found = await newestAmong(queries, own, count, { step, steps: 1 });
    if (found) return found;

    const { search, status, unusedSince } = filter;
    const byStatus = ownedKeysByStatus(filter, restOf({ ...filter, status: null }));
    if (status && (await areFew(queries, byStatus, FEW))) return newestOf(queries, byStatus, count);
    if (!search) {
      if (unusedSince)
        return newestOf(queries, unusedKeys(filter, ownRest({ ...filter, unusedSince: null })), count);
      if (status !== 'revoked' || (await areFew(queries, byStatus, LONG_LOOK)))
        return newestOf(queries, byStatus, count);
      return (await newestAmong(queries, own, count, { step: LONG_LOOK, steps: Infinity }))!;
    }
    const searched = searchedKeys(ownRest({ ...filter, search: null }));
    if (!unusedSince) return newestOf(queries, [own], count, searched);
    if (await areFew(queries, searched, FEW)) return newestOf(queries, searched, count);
    return this.unusedAmongSearched(queries, filter, count);
  }

  /** No index holds both names and last uses. So this finds keys by name and reads their rows, a few at a time. */
  private async unusedAmongSearched(
    queries: ListingQueries,
    filter: ApiKeyFilter,
    count: number,
  ): Promise<Position[]> {
    const isOwned = dialectOf(this.manager).sameValue('apiKey.user_id', ':userId');
    const searched = ownedKeys(isOwned, restOf({ ...filter, unusedSince: null }));
    const unused: Position[] = [];
    let rest = await fromSharedDay(queries, [searched], searchedKeys());
    while (rest) {
      const end = await rest.nth(searched, OWNERS_LOOK);
      const found = await rest.newest(searched, OWNERS_LOOK, end?.createdAt ?? null);
      const matches = end ? found.filter((position) => newestFirst(position, end) <= 0) : found;
      for (let start = 0; start < matches.length && unused.length < count; start += FEW_ROWS) {
        const ids = matches.slice(start, start + FEW_ROWS).map(({ id }) => id);
        unused.push(...(await rest.among(ids, unusedCondition(filter)!)));
        await nextTurn();
      }
      rest = !end || unused.length >= count ? null : rest.startingAfter(end);
    }
    return unused.slice(0, count);
  }

  private async ownersByEmail(queries: ListingQueries, filter: ApiKeyFilter): Promise<Owners> {
    const { from, to } = searchParameters(filter.search!);
    const rows = await this.manager.query<{ id: string }[]>(
      `SELECT id FROM users WHERE email >= ? AND email < ? LIMIT ${SOME_OWNERS + 1}`,
      [from, to],
    );
    if (rows.length <= FEW_OWNERS) return { ids: rows.map(({ id }) => id) };
    const areSome =
      rows.length <= SOME_OWNERS && (await areFew(queries, keysByOwnerEmail(filter), LONG_LOOK));
    return areSome ? 'some' : 'many';
  }

  /** A key that was created after `unusedSince` is not unused, so the list starts there. */
  private queries(filter: ApiKeyFilter): ListingQueries {
    const { unusedSince } = filter;
    const startsEarlier = unusedSince && !(this.after && this.after.createdAt < unusedSince);
    return new ListingQueries(this.manager, {
      table: 'api_keys',
      alias: 'apiKey',
      index: everyKey().index,
      parameters: parametersOf(filter, this.now),
      after: startsEarlier ? { createdAt: unusedSince, id: '' } : this.after,
    });
  }
}

const ownRest = (filter: ApiKeyFilter) => ({ rest: all(IS_OWN, restOf(filter).rest) });

const isEmpty = ({ status, search, unusedSince }: ApiKeyFilter): boolean =>
  !status && !search && !unusedSince;

const firstOf = (positions: readonly Position[], count: number): Position[] =>
  [...new Map(positions.map((position) => [position.id, position])).values()]
    .sort(newestFirst)
    .slice(0, count);
