import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Position } from '../../common/pagination/index.js';
import type { IndexRange } from './index-range.js';
import { CollectedRows } from './collected-rows.js';
import { dayOf } from './days.js';
import type { ListingQueries } from './listing-queries.js';

/** The first query reads few days, because most lists are full with them. Each further one reads 8 times as many. */
const FIRST_DAYS = 8;
const MORE_DAYS = 8;

/**
 * The newest rows of all ranges together, each once.
 * @param alternative ranges by day with the same rows as those by day or by time. For each stretch of days, whichever
 * has far fewer entries is read.
 */
export async function newestOf(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  count: number,
  alternative: readonly IndexRange[] = [],
): Promise<Position[]> {
  const collected = new CollectedRows(count);
  const inOrder = (order: IndexRange['order']) => ranges.filter((range) => range.order === order);
  const hasAlternative = alternative.length > 0;
  const byDay = [...inOrder('days'), ...(hasAlternative ? inOrder('newest') : [])];
  if (byDay.length > 0) await collectByDay(queries, byDay, alternative, count, collected);
  // What was found so far limits how far back the other ranges are read.
  for (const range of [...(hasAlternative ? [] : inOrder('newest')), ...inOrder('mixed')])
    collected.add(await queries.newest(range, count, collected.since));
  return collected.newest;
}

/** Reads days, newest first, until there are enough rows. */
async function collectByDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  alternative: readonly IndexRange[],
  count: number,
  collected: CollectedRows,
): Promise<void> {
  let days = FIRST_DAYS;
  let day = await queries.lastDay();
  while (day !== null) {
    let read = ranges;
    if (alternative.length > 0) {
      const shared = await sharedDay(queries, ranges, alternative, day);
      if (shared === null) return;
      // After many empty days, the next ones may be full.
      if (shared <= day - days) days = FIRST_DAYS;
      day = shared;
      if (await isFarShorter(queries, alternative, ranges, day, days)) read = alternative;
    }
    const found = await queries.onDays(read, day, days, count);
    for (const rows of found) collected.add(rows);
    if (collected.since) return completeDay(queries, read, found, count, collected);
    await nextTurn();
    day = await queries.lastDay(day - days + 1);
    days = Math.min(days * MORE_DAYS, queries.mostDays);
  }
}

/** The same list from the day on which `sharedDay` finds rows of both sides; `null` if there is no such day. */
export async function fromSharedDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  alternative: readonly IndexRange[],
): Promise<ListingQueries | null> {
  const newest = await queries.lastDay();
  const shared = newest === null ? null : await sharedDay(queries, ranges, alternative, newest);
  return shared === null ? null : queries.startingOn(shared);
}

/**
 * The last day, up to `newest`, on which a row of both sides can be: after it at least one side has no row. `null` if
 * one side has no rows at all. Ignores `rest`.
 */
async function sharedDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  alternative: readonly IndexRange[],
  newest: number,
): Promise<number | null> {
  for (let day: number | null = newest; day !== null;) {
    const own = await queries.lastDayOf(ranges, day, queries.mostDays);
    // Most searches find nothing, which saves the query for the other side.
    const others = own === null ? null : await queries.lastDayOf(alternative, own, queries.mostDays);
    if (own !== null && others !== null) return Math.min(own, others);
    await nextTurn();
    day = await queries.lastDay(day - queries.mostDays + 1);
  }
  return null;
}

/** How many index entries are read as fast as one row. */
const ENTRIES_A_ROW = 10;
const COUNTED = 20_000;

async function isFarShorter(
  queries: ListingQueries,
  alternative: readonly IndexRange[],
  ranges: readonly IndexRange[],
  day: number,
  days: number,
): Promise<boolean> {
  const entries = await queries.countOnDays(ranges, day, days, COUNTED);
  // The alternative always reads rows.
  const ratio = ranges.some(({ readsRows }) => readsRows) ? 1 : ENTRIES_A_ROW;
  const most = Math.floor(entries / ratio) + 1;
  return (await queries.countOnDays(alternative, day, days, most)) < most;
}

/**
 * A range that gave `count` rows may have more on the last of their days. Adds those that are new enough: within a day
 * the index doesn't sort by time.
 */
async function completeDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  found: readonly (readonly Position[])[],
  count: number,
  collected: CollectedRows,
): Promise<void> {
  const since = collected.since!;
  for (const [number, rows] of found.entries()) {
    const last = rows.at(-1);
    // A range that is sorted by time is complete already.
    if (
      ranges[number]!.order === 'days' &&
      rows.length === count &&
      last &&
      dayOf(last.createdAt) === dayOf(since)
    )
      collected.add(await queries.onDay(ranges[number]!, dayOf(since), since, count));
  }
}

/** Whether the ranges without `rest` have at most `count` rows together. */
export async function areFew(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  count: number,
): Promise<boolean> {
  const byDay = ranges.filter(({ order }) => order === 'days');
  for (const range of ranges) {
    if (!byDay.includes(range) && (await queries.hasMore(range, count))) return false;
  }
  let left = count;
  let day = byDay.length > 0 ? await queries.lastDay() : null;
  while (day !== null) {
    left -= await queries.countOnDays(byDay, day, queries.mostDays, left + 1);
    if (left < 0) return false;
    await nextTurn();
    day = await queries.lastDay(day - queries.mostDays + 1);
  }
  return true;
}

/**
 * The newest rows of a sorted range.
 * @param step entries per query.
 * @param steps the most queries; `null` is returned if they neither find enough rows nor reach the end of the range.
 */
export async function newestAmong(
  queries: ListingQueries,
  range: IndexRange,
  count: number,
  { step, steps }: { readonly step: number; readonly steps: number },
): Promise<Position[] | null> {
  const collected = new CollectedRows(count);
  let rest = queries;
  for (let taken = 0; taken < steps; taken++) {
    const end = await rest.nth(range, step);
    collected.add(await rest.newest(range, count, end?.createdAt ?? null));
    if (!end || collected.since) return collected.newest;
    rest = rest.startingAfter(end);
    await nextTurn();
  }
  return null;
}
