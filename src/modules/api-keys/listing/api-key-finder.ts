// Caution: if the rows don't fit into the database's memory, reading a row takes a hundred times as long as reading an
// index entry. So each list uses the index with which it reads the fewest unneeded rows.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ListPosition, SliceRequest } from '../../../common/pagination/index.js';
import {
  CollectedRows,
  compareNewestFirst,
  dialectOf,
  findNewest,
  haveAtMostEntries,
  ListingQueries,
  scanNewest,
  skipDaysWithoutMatch,
  type Transaction,
} from '../../../database/index.js';
import {
  allOf,
  OWNED_BY_USER,
  sqlParametersOf,
  searchSqlParameters,
  unusedCondition,
  type ApiKeyFilter,
} from './api-key-conditions.js';
import {
  allKeysRange,
  nameOrPrefixRanges,
  ownerEmailRanges,
  indexRangesByStatus,
  ownedKeysRange,
  ownedKeysRangesByStatus,
  ownedUnusedKeyRanges,
  residualConditionsOf,
  unusedKeyRanges,
} from './api-key-ranges.js';

/** The limits of the first scan. If at least every third key matches, this scan finds enough keys for a whole list. */
const FIRST_SCAN = { entriesPerQuery: 300, maxQueries: 1 };
/** The limits of the first scan of one owner's keys. Hardly any owner has more keys. */
const OWNER_SCAN = { entriesPerQuery: 10_000, maxQueries: 1 };
const FULL_SCAN = { entriesPerQuery: 20_000, maxQueries: Infinity };
/** A list may read a whole index range if the range has at most this number of entries. */
const MAX_ENTRIES = 20_000;
/** The maximum number of entries in a range if a list must also read the row of each entry. */
const MAX_ROWS = 1_000;
/** A search reads the entries of all unused keys of an owner if there are at most this number. */
const MAX_UNUSED_ENTRIES = 5_000;
const ROWS_PER_QUERY = 300;
/** If at most this number of owners match a search, the keys of each owner are listed separately. */
const MAX_OWNER_LISTS = 8;
/** If at most this number of owners match a search, a single join can read their keys. */
const MAX_JOINED_OWNERS = 5_000;

/** How a search finds keys by the owner's email: list each owner's keys (`ids`), join the owners, or scan all keys. */
type OwnerSearch = { readonly ids: readonly string[] } | 'join' | 'scan';

/** Finds the keys of one slice of a list, newest first. */
export class ApiKeyFinder {
  constructor(
    private readonly manager: Transaction['manager'],
    private readonly after: SliceRequest['after'],
    private readonly now: Date,
  ) {}

  /** Returns the positions of the first keys of the slice that match the filter, at most `limit`. */
  find(filter: ApiKeyFilter, limit: number): Promise<ListPosition[]> {
    return filter.userId === null ? this.findOfAllUsers(filter, limit) : this.findOfOwner(filter, limit);
  }

  private async findOfAllUsers(filter: ApiKeyFilter, limit: number): Promise<ListPosition[]> {
    const queries = this.queries(filter);
    if (isEmpty(filter)) return queries.newest(allKeysRange(), limit);
    const filtered = allKeysRange(residualConditionsOf(filter));
    const found = await scanNewest(queries, filtered, limit, FIRST_SCAN);
    if (found) return found;

    const { search, unusedSince, status } = filter;
    const ownerSearch = search ? await this.planOwnerSearch(queries, filter) : null;
    const isSelective = ownerSearch && ownerSearch !== 'scan';
    if (unusedSince) {
      const byUse = unusedKeyRanges(filter, residualConditionsOf({ ...filter, unusedSince: null }));
      const isOnlyCondition = !search && !status;
      if (isOnlyCondition || (await haveAtMostEntries(queries, byUse, isSelective ? MAX_ROWS : MAX_ENTRIES)))
        return findNewest(queries, byUse, limit);
    }
    if (isSelective) return this.search(queries, filter, ownerSearch, limit);
    if (status) return findNewest(queries, byStatus(filter), limit);
    return (await scanNewest(queries, filtered, limit, FULL_SCAN))!;
  }

  /** Finds keys whose name, prefix or owner's email starts with the search text. */
  private async search(
    queries: ListingQueries,
    filter: ApiKeyFilter,
    ownerSearch: Exclude<OwnerSearch, 'scan'>,
    limit: number,
  ): Promise<ListPosition[]> {
    const withoutSearch = { ...filter, search: null };
    const byName = nameOrPrefixRanges(residualConditionsOf(withoutSearch));
    const found = new CollectedRows(limit);
    found.add(await findNewest(queries, byName, limit, byStatus(filter)));
    if (ownerSearch === 'join') {
      const byEmail = ownerEmailRanges(filter, residualConditionsOf({ ...withoutSearch, status: null }));
      found.add(await findNewest(queries, byEmail, limit));
    } else {
      for (const userId of ownerSearch.ids)
        found.add(await this.findOfOwner({ ...withoutSearch, userId }, limit));
    }
    return found.newest;
  }

  private async findOfOwner(filter: ApiKeyFilter, limit: number): Promise<ListPosition[]> {
    const queries = this.queries(filter);
    const owned = ownedKeysRange(this.isOwned, residualConditionsOf(filter));
    if (isEmpty(filter)) return queries.newest(owned, limit);
    const found = await scanNewest(queries, owned, limit, filter.unusedSince ? FIRST_SCAN : OWNER_SCAN);
    if (found) return found;

    const { search, status, unusedSince } = filter;
    const byStatus = ownedKeysRangesByStatus(filter, residualConditionsOf({ ...filter, status: null }));
    const byUse = ownedUnusedKeyRanges(this.isOwned, residualConditionsOf({ ...filter, unusedSince: null }));
    const hasFew = status && (await haveAtMostEntries(queries, byStatus, MAX_ROWS));
    if (hasFew) return findNewest(queries, byStatus, limit);
    if (!search) {
      if (unusedSince) return findNewest(queries, byUse, limit);
      if (status !== 'revoked' || (await haveAtMostEntries(queries, byStatus, MAX_ENTRIES)))
        return findNewest(queries, byStatus, limit);
      return (await scanNewest(queries, owned, limit, FULL_SCAN))!;
    }
    const { residualCondition } = residualConditionsOf({ ...filter, search: null });
    const byName = nameOrPrefixRanges({ residualCondition: allOf(OWNED_BY_USER, residualCondition) });
    if (!unusedSince) return findNewest(queries, [owned], limit, byName);
    if (await haveAtMostEntries(queries, byUse, MAX_UNUSED_ENTRIES)) return findNewest(queries, byUse, limit);
    if (await haveAtMostEntries(queries, byName, MAX_ROWS)) return findNewest(queries, byName, limit);
    return this.findUnusedByName(queries, filter, limit);
  }

  /**
   * Finds keys of an owner with very many unused keys by search text and last use. The index with the last use isn't
   * sorted by creation. So this searches the index that is, and then checks the last use in the rows of the matches, in
   * small groups.
   */
  private async findUnusedByName(
    queries: ListingQueries,
    filter: ApiKeyFilter,
    limit: number,
  ): Promise<ListPosition[]> {
    const byName = ownedKeysRange(this.isOwned, residualConditionsOf({ ...filter, unusedSince: null }));
    const unused: ListPosition[] = [];
    let remaining = await skipDaysWithoutMatch(queries, [byName], nameOrPrefixRanges());
    while (remaining) {
      const end = await remaining.nthNewestEntry(byName, OWNER_SCAN.entriesPerQuery);
      const found = await remaining.newest(byName, OWNER_SCAN.entriesPerQuery, end?.createdAt ?? null);
      const matches = end ? found.filter((position) => compareNewestFirst(position, end) <= 0) : found;
      for (let start = 0; start < matches.length && unused.length < limit; start += ROWS_PER_QUERY) {
        const ids = matches.slice(start, start + ROWS_PER_QUERY).map(({ id }) => id);
        unused.push(...(await remaining.findByIds(ids, unusedCondition(filter)!)));
        await nextTurn();
      }
      remaining = !end || unused.length >= limit ? null : remaining.startingAfter(end);
    }
    return unused.slice(0, limit);
  }

  private async planOwnerSearch(queries: ListingQueries, filter: ApiKeyFilter): Promise<OwnerSearch> {
    const { from, to } = searchSqlParameters(filter.search!);
    const owners = await this.manager.query<{ id: string }[]>(
      `SELECT id FROM users WHERE email >= ? AND email < ? LIMIT ${MAX_JOINED_OWNERS + 1}`,
      [from, to],
    );
    if (owners.length <= MAX_OWNER_LISTS) return { ids: owners.map(({ id }) => id) };
    const canJoin =
      owners.length <= MAX_JOINED_OWNERS &&
      (await haveAtMostEntries(queries, ownerEmailRanges(filter), MAX_ENTRIES));
    return canJoin ? 'join' : 'scan';
  }

  /** Creates the queries. They skip keys created after `unusedSince`, because these keys never match. */
  private queries(filter: ApiKeyFilter): ListingQueries {
    const { unusedSince } = filter;
    const skipsNewKeys = unusedSince && !(this.after && this.after.createdAt < unusedSince);
    return new ListingQueries(this.manager, {
      table: 'api_keys',
      alias: 'apiKey',
      index: allKeysRange().index,
      parameters: sqlParametersOf(filter, this.now),
      after: skipsNewKeys ? { createdAt: unusedSince, id: '' } : this.after,
    });
  }

  private get isOwned(): string {
    return dialectOf(this.manager).isEqual('apiKey.user_id', ':userId');
  }
}

const byStatus = (filter: ApiKeyFilter) =>
  indexRangesByStatus(filter, residualConditionsOf({ ...filter, status: null }));

const isEmpty = (filter: ApiKeyFilter): boolean => !filter.status && !filter.search && !filter.unusedSince;
