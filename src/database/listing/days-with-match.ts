// The functions in this file skip days on which no row can match, without reading the entries of these days.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IndexRange } from './index-range.js';
import type { ListingQueries } from './listing-queries.js';

/** The number of days that the first query reads. */
const FEW_DAYS = 8;

/**
 * Skips the newest days of the list if no row of these days can match. Returns the queries for the rest of the list, or
 * `null` if no row can match. A matching row has an entry in one of `ranges` and an entry in one of `alternatives`.
 */
export async function skipDaysWithoutMatch(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  alternatives: readonly IndexRange[],
): Promise<ListingQueries | null> {
  const newestDay = await queries.lastDay();
  const lastMatchDay =
    newestDay === null ? null : await findLastMatchDay(queries, ranges, alternatives, newestDay);
  return lastMatchDay === null ? null : queries.startingOnDay(lastMatchDay);
}

/**
 * Returns the last day, up to `newestDay`, on which a matching row may have been created. A matching row has an entry
 * in one of `ranges` and an entry in one of `alternatives`. So a day contains no match if `ranges` or `alternatives`
 * has no entries on that day. Returns `null` if no day can contain a match.
 */
export async function findLastMatchDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  alternatives: readonly IndexRange[],
  newestDay: number,
): Promise<number | null> {
  for (let day: number | null = newestDay; day !== null;) {
    const rangesDay = await findLastDayWithEntry(queries, ranges, day);
    // Most searches find no entry in `ranges` and don't need the second query.
    const alternativesDay =
      rangesDay === null ? null : await findLastDayWithEntry(queries, alternatives, rangesDay);
    if (rangesDay !== null && alternativesDay !== null) return Math.min(rangesDay, alternativesDay);
    await nextTurn();
    day = await queries.lastDay(day - queries.maxDaysPerQuery + 1);
  }
  return null;
}

/**
 * Returns the last day, among the `maxDaysPerQuery` days that end with `newestDay`, on which any of the ranges has an
 * entry, or `null` if there is none. Tries a few days first, because a query takes longer the more days it names.
 */
async function findLastDayWithEntry(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  newestDay: number,
): Promise<number | null> {
  const recent = await queries.lastDayWithEntry(ranges, newestDay, FEW_DAYS);
  return recent ?? queries.lastDayWithEntry(ranges, newestDay, queries.maxDaysPerQuery);
}
