// The functions in this file find the newest rows that match a filter. No single index can sort the matches of every
// filter by time. So these functions combine several index ranges, and read them day by day or a fixed number of
// entries at a time.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Position } from '../../common/pagination/index.js';
import type { IndexRange } from './index-range.js';
import { CollectedRows } from './collected-rows.js';
import { dayOf } from './days.js';
import type { ListingQueries } from './listing-queries.js';

/** The first query reads only a few days, because they usually contain enough rows. */
const FIRST_DAYS = 8;
/** The number of days grows by this factor with each query. */
const DAYS_FACTOR = 8;

/**
 * Finds the newest rows of several ranges. A row that is in more than one range appears only once.
 * @param alternatives ranges with the order `day`. They find the same rows as the ranges with the order `day` or
 * `time`. For each group of days, only the cheaper of the two sets is read.
 */
export async function findNewest(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  limit: number,
  alternatives: readonly IndexRange[] = [],
): Promise<Position[]> {
  const collected = new CollectedRows(limit);
  const withOrder = (order: IndexRange['order']) => ranges.filter((range) => range.order === order);
  const hasAlternatives = alternatives.length > 0;
  const byDay = [...withOrder('day'), ...(hasAlternatives ? withOrder('time') : [])];
  if (byDay.length > 0) await collectByDay(queries, byDay, alternatives, limit, collected);
  // Rows that are older than the current cutoff can't be part of the result.
  for (const range of [...(hasAlternatives ? [] : withOrder('time')), ...withOrder('none')])
    collected.add(await queries.newest(range, limit, collected.cutoff));
  return collected.newest;
}

/** Reads groups of days, newest first, until it has found enough rows. */
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
      // The search has skipped days without matches. The next days may contain many matches, so the search starts with
      // a small group again.
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

/**
 * Returns the same list without the newest days on which no row can match. Every match has an entry in `ranges` and an
 * entry in `alternatives`. Returns `null` if no row can match at all.
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
 * Returns the last day, up to `newestDay`, on which a matching row may have been created. Every match has an entry in
 * `ranges` and an entry in `alternatives`, so a later day on which either has no entries contains no match. Returns
 * `null` if no row can match at all.
 */
async function findLastMatchDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  alternatives: readonly IndexRange[],
  newestDay: number,
): Promise<number | null> {
  const { maxDaysPerQuery } = queries;
  for (let day: number | null = newestDay; day !== null;) {
    const rangesDay = await queries.lastDayWithEntry(ranges, day, maxDaysPerQuery);
    // Most searches find nothing in `ranges`, and then the second query is not needed.
    const alternativesDay =
      rangesDay === null ? null : await queries.lastDayWithEntry(alternatives, rangesDay, maxDaysPerQuery);
    if (rangesDay !== null && alternativesDay !== null) return Math.min(rangesDay, alternativesDay);
    await nextTurn();
    day = await queries.lastDay(day - maxDaysPerQuery + 1);
  }
  return null;
}

/** Reading one row costs about as much as reading this many index entries. */
const ENTRIES_PER_ROW = 10;
const MAX_COUNTED_ENTRIES = 20_000;

/** Returns whether reading the alternatives on these days costs less than reading the ranges. */
async function isCheaper(
  queries: ListingQueries,
  alternatives: readonly IndexRange[],
  ranges: readonly IndexRange[],
  day: number,
  days: number,
): Promise<boolean> {
  const entries = await queries.countEntriesOnDays(ranges, day, days, MAX_COUNTED_ENTRIES);
  // The alternatives read a row for each entry.
  const ratio = ranges.some(({ readsRows }) => readsRows) ? 1 : ENTRIES_PER_ROW;
  const limit = Math.floor(entries / ratio) + 1;
  return (await queries.countEntriesOnDays(alternatives, day, days, limit)) < limit;
}

/**
 * Adds rows that may be missing on the day of the cutoff. A range with the order `day` is not sorted by time within a
 * day. If it has returned `limit` rows and the last of them is from this day, newer rows may be missing.
 */
async function completeCutoffDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  rowsByRange: readonly (readonly Position[])[],
  limit: number,
  collected: CollectedRows,
): Promise<void> {
  const cutoff = collected.cutoff!;
  const day = dayOf(cutoff);
  for (const [number, range] of ranges.entries()) {
    const rows = rowsByRange[number]!;
    const last = rows.at(-1);
    if (range.order === 'day' && rows.length === limit && last && dayOf(last.createdAt) === day)
      collected.add(await queries.newestOnDay(range, day, cutoff, limit));
  }
}

/** Returns whether each range has at most `count` entries. Ranges with the order `day` are counted together. */
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
): Promise<Position[] | null> {
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
