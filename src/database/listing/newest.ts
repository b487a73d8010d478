import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Position } from '../../common/pagination/index.js';
import type { IndexRange } from './index-range.js';
import { dayOf } from './days.js';
import type { ListingQueries } from './listing-queries.js';

/** The first look is at few days, as most lists are full with them; each next one at so many times as many. */
const FIRST_DAYS = 8;
const MORE_DAYS = 8;

/** Rows in no order, each once. */
class Collected {
  private readonly byId = new Map<string, Position>();

  constructor(private readonly count: number) {}

  add(found: readonly Position[]): void {
    for (const position of found) this.byId.set(position.id, position);
  }

  /** The newest ones, as many as are wanted. */
  get newest(): Position[] {
    return [...this.byId.values()].sort(newestFirst).slice(0, this.count);
  }

  /** When there are as many as are wanted: since when they were created. */
  get since(): Date | null {
    return this.byId.size < this.count ? null : this.newest.at(-1)!.createdAt;
  }
}

export const newestFirst = (one: Position, other: Position): number =>
  other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1);

/**
 * The newest rows of all ranges together, each once.
 * @param alternative ranges by day in which the rows of those by day or by time are found too. Of each stretch of
 * days the ranges are read in which far fewer entries have to be looked at.
 */
export async function newestOf(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  count: number,
  alternative: readonly IndexRange[] = [],
): Promise<Position[]> {
  const collected = new Collected(count);
  const inOrder = (order: IndexRange['order']) => ranges.filter((range) => range.order === order);
  const hasAlternative = alternative.length > 0;
  const byDay = [...inOrder('days'), ...(hasAlternative ? inOrder('newest') : [])];
  if (byDay.length > 0) await collectByDay(queries, byDay, alternative, count, collected);
  // What is found by then bounds how far back the unsorted ones are looked at.
  for (const range of [...(hasAlternative ? [] : inOrder('newest')), ...inOrder('mixed')])
    collected.add(await queries.newest(range, count, collected.since));
  return collected.newest;
}

/** Looks through days, newest first, until there are enough rows. */
async function collectByDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  alternative: readonly IndexRange[],
  count: number,
  collected: Collected,
): Promise<void> {
  let days = FIRST_DAYS;
  let day = await queries.lastDay();
  while (day !== null) {
    let read = ranges;
    if (alternative.length > 0) {
      const shared = await sharedDay(queries, ranges, alternative, day);
      if (shared === null) return;
      // Where many days were empty, the next ones may be full.
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

/** The same list from the first day on which both sides have rows, whatever their rest; `null` when there is none. */
export async function fromSharedDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  alternative: readonly IndexRange[],
): Promise<ListingQueries | null> {
  const newest = await queries.lastDay();
  const shared = newest === null ? null : await sharedDay(queries, ranges, alternative, newest);
  return shared === null ? null : queries.startingOn(shared);
}

/** The first day, this one or an earlier one, before which either side has nothing; `null` when one has none. */
async function sharedDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  alternative: readonly IndexRange[],
  newest: number,
): Promise<number | null> {
  for (let day: number | null = newest; day !== null;) {
    const own = await queries.lastDayOf(ranges, day, queries.mostDays);
    // Most searches find nothing, and then the other side need not be asked.
    const others = own === null ? null : await queries.lastDayOf(alternative, own, queries.mostDays);
    if (own !== null && others !== null) return Math.min(own, others);
    await nextTurn();
    day = await queries.lastDay(day - queries.mostDays + 1);
  }
  return null;
}

/** How many entries of an index are looked at as fast as one row. */
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
  // The alternative reads rows always.
  const ratio = ranges.some(({ readsRows }) => readsRows) ? 1 : ENTRIES_A_ROW;
  const most = Math.floor(entries / ratio) + 1;
  return (await queries.countOnDays(alternative, day, days, most)) < most;
}

/**
 * Of a range that had as many rows as were asked for, the last day was not seen as a whole: asks for what else in it
 * is new enough.
 */
async function completeDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  found: readonly (readonly Position[])[],
  count: number,
  collected: Collected,
): Promise<void> {
  const since = collected.since!;
  for (const [number, rows] of found.entries()) {
    const last = rows.at(-1);
    // What is sorted by time is complete as it is.
    if (
      ranges[number]!.order === 'days' &&
      rows.length === count &&
      last &&
      dayOf(last.createdAt) === dayOf(since)
    )
      collected.add(await queries.onDay(ranges[number]!, dayOf(since), since, count));
  }
}

/** Whether the ranges hold at most `count` rows together, whatever else the rows must meet. */
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
 * The newest rows of a sorted range, looked for among so many at a time.
 * @param steps how many times at most; `null` is returned when they did not find enough and did not reach the end.
 */
export async function newestAmong(
  queries: ListingQueries,
  range: IndexRange,
  count: number,
  { step, steps }: { readonly step: number; readonly steps: number },
): Promise<Position[] | null> {
  const collected = new Collected(count);
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
