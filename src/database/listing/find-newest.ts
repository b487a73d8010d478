// The functions in this file find the newest rows that match a filter. No single index can sort the matches of every
// filter by time. So these functions combine several index ranges. They read the ranges day by day or a fixed number of
// entries at a time.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ListPosition } from '../../common/pagination/index.js';
import type { IndexRange } from './index-range.js';
import { CollectedRows } from './collected-rows.js';
import { utcDayOf } from './days.js';
import { findLastMatchDay } from './days-with-match.js';
import type { ListingQueries } from './listing-queries.js';

/** The number of days that the first query reads. It is small, because a few days usually contain enough rows. */
const FIRST_DAYS = 8;
/** The number of days per query grows by this factor with each query. */
const DAYS_FACTOR = 8;

/**
 * Returns the newest rows of several ranges, at most `limit`. A row that is in more than one range appears only once.
 * @param alternatives another set of ranges, which must have the order `day`. It finds the same rows as the ranges in
 * `ranges` with the order `day` or `time`. For each group of days, the function reads only the set that costs less.
 */
export async function findNewest(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  limit: number,
  alternatives: readonly IndexRange[] = [],
): Promise<ListPosition[]> {
  const collected = new CollectedRows(limit);
  const withOrder = (order: IndexRange['order']) => ranges.filter((range) => range.order === order);
  const hasAlternatives = alternatives.length > 0;
  const byDay = [...withOrder('day'), ...(hasAlternatives ? withOrder('time') : [])];
  if (byDay.length > 0) await collectByDay(queries, byDay, alternatives, limit, collected);
  // Rows that are older than the current cutoff can't be part of the result, so the queries exclude them.
  for (const range of [...(hasAlternatives ? [] : withOrder('time')), ...withOrder('none')])
    collected.add(await queries.newest(range, limit, collected.cutoff));
  return collected.newest;
}

/**
 * Reads the ranges in groups of consecutive days, newest first, until it has found `limit` rows. Adds the rows to
 * `collected`.
 */
async function collectByDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  alternatives: readonly IndexRange[],
  limit: number,
  collected: CollectedRows,
): Promise<void> {
  let days = FIRST_DAYS;
  let day = await queries.lastDay();
  while (day !== null) {
    let chosen = ranges;
    if (alternatives.length > 0) {
      const lastMatchDay = await findLastMatchDay(queries, ranges, alternatives, day);
      if (lastMatchDay === null) return;
      // The days between the old and the new value of `day` contain no matches and were skipped. The next days may
      // contain many matches, so start with a small group again.
      if (lastMatchDay <= day - days) days = FIRST_DAYS;
      day = lastMatchDay;
      if (await isCheaper(queries, alternatives, ranges, day, days)) chosen = alternatives;
    }
    const rowsByRange = await queries.findOnDays(chosen, day, days, limit);
    for (const rows of rowsByRange) collected.add(rows);
    if (collected.cutoff) return completeCutoffDay(queries, chosen, rowsByRange, limit, collected);
    await nextTurn();
    day = await queries.lastDay(day - days + 1);
    days = Math.min(days * DAYS_FACTOR, queries.maxDaysPerQuery);
  }
}

/** Reading one row of a table costs about as much as reading this many index entries. */
const ENTRIES_PER_ROW = 10;
const MAX_COUNTED_ENTRIES = 20_000;

/** Returns whether reading `alternatives` costs less than reading `ranges`, on the `days` days that end with `day`. */
async function isCheaper(
  queries: ListingQueries,
  alternatives: readonly IndexRange[],
  ranges: readonly IndexRange[],
  day: number,
  days: number,
): Promise<boolean> {
  const entries = await queries.countEntriesOnDays(ranges, day, days, MAX_COUNTED_ENTRIES);
  // Reading an alternative means reading a row for each entry. Reading a range without `readsRows` means reading only
  // entries.
  const ratio = ranges.some(({ readsRows }) => readsRows) ? 1 : ENTRIES_PER_ROW;
  const limit = Math.floor(entries / ratio) + 1;
  return (await queries.countEntriesOnDays(alternatives, day, days, limit)) < limit;
}

/**
 * Adds rows that may be missing on the day of the cutoff. A range with the order `day` is not sorted by time within a
 * day. If the query has returned `limit` rows of a range, and the last of them was created on this day, the range may
 * contain newer rows of the day that were not returned.
 * @param rowsByRange the rows that the query has returned for each range.
 */
async function completeCutoffDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  rowsByRange: readonly (readonly ListPosition[])[],
  limit: number,
  collected: CollectedRows,
): Promise<void> {
  const cutoff = collected.cutoff!;
  const day = utcDayOf(cutoff);
  for (const [number, range] of ranges.entries()) {
    const rows = rowsByRange[number]!;
    const last = rows.at(-1);
    if (range.order === 'day' && rows.length === limit && last && utcDayOf(last.createdAt) === day)
      collected.add(await queries.newestOnDay(range, day, cutoff, limit));
  }
}

/**
 * Returns whether each range has at most `count` entries. The entries of all ranges with the order `day` are counted
 * together.
 */
export async function haveAtMostEntries(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  count: number,
): Promise<boolean> {
  const byDay = ranges.filter(({ order }) => order === 'day');
  for (const range of ranges) {
    if (!byDay.includes(range) && (await queries.hasMoreEntriesThan(range, count))) return false;
  }
  let remaining = count;
  let day = byDay.length > 0 ? await queries.lastDay() : null;
  while (day !== null) {
    remaining -= await queries.countEntriesOnDays(byDay, day, queries.maxDaysPerQuery, remaining + 1);
    if (remaining < 0) return false;
    await nextTurn();
    day = await queries.lastDay(day - queries.maxDaysPerQuery + 1);
  }
  return true;
}

/**
 * Scans a range with the order `time`, newest first, until it has found `limit` matching rows.
 * @returns the rows, or `null` if `maxQueries` queries neither found enough rows nor reached the end of the range.
 */
export async function scanNewest(
  queries: ListingQueries,
  range: IndexRange,
  limit: number,
  { entriesPerQuery, maxQueries }: { readonly entriesPerQuery: number; readonly maxQueries: number },
): Promise<ListPosition[] | null> {
  const collected = new CollectedRows(limit);
  let remaining = queries;
  for (let count = 0; count < maxQueries; count++) {
    const end = await remaining.nthNewestEntry(range, entriesPerQuery);
    collected.add(await remaining.newest(range, limit, end?.createdAt ?? null));
    if (!end || collected.cutoff) return collected.newest;
    remaining = remaining.startingAfter(end);
    await nextTurn();
  }
  return null;
}
