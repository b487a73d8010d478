import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Position } from '../common/http/index.js';
import { dayOf, type IndexRange, type ListingQueries } from './listing.js';

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

/** The newest rows of all ranges together, each once. */
export async function newestOf(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  count: number,
): Promise<Position[]> {
  const collected = new Collected(count);
  const inOrder = (order: IndexRange['order']) => ranges.filter((range) => range.order === order);
  if (inOrder('days').length > 0) await collectByDay(queries, inOrder('days'), count, collected);
  // What is found by then bounds how far back the unsorted ones are looked at.
  for (const range of [...inOrder('newest'), ...inOrder('mixed')])
    collected.add(await queries.newest(range, count, collected.since));
  return collected.newest;
}

/**
 * Looks through days, newest first, until there are enough rows. Of a range that had more than that, its last
 * day was not seen as a whole, so it is asked for what else is new enough in it.
 */
async function collectByDay(
  queries: ListingQueries,
  ranges: readonly IndexRange[],
  count: number,
  collected: Collected,
): Promise<void> {
  let day = await queries.lastDay();
  for (let days = FIRST_DAYS; day !== null; days = Math.min(days * MORE_DAYS, queries.mostDays)) {
    const found = await queries.onDays(ranges, day, days, count);
    for (const rows of found) collected.add(rows);
    const { since } = collected;
    if (since) {
      for (const [number, rows] of found.entries()) {
        const lastSeen = dayOf(rows.at(-1)?.createdAt ?? since);
        if (rows.length === count && lastSeen === dayOf(since))
          collected.add(await queries.onDay(ranges[number]!, lastSeen, since, count));
      }
      return;
    }
    await nextTurn();
    day = await queries.lastDay(day - days + 1);
  }
}

/** Whether the ranges hold at most `count` rows together. */
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
 * The newest rows of a sorted range that also meet its other conditions, looked for among so many at a time.
 * @param whole the range without those conditions.
 * @param steps how many times at most; `null` is returned when they did not find enough and did not reach the end.
 */
export async function newestAmong(
  queries: ListingQueries,
  whole: IndexRange,
  wanted: IndexRange,
  count: number,
  { step, steps }: { readonly step: number; readonly steps: number },
): Promise<Position[] | null> {
  const collected = new Collected(count);
  let rest = queries;
  for (let taken = 0; taken < steps; taken++) {
    const end = await rest.nth(whole, step);
    collected.add(await rest.newest(wanted, count, end?.createdAt ?? null));
    if (!end || collected.since) return collected.newest;
    rest = rest.startingAfter(end);
    await nextTurn();
  }
  return null;
}
