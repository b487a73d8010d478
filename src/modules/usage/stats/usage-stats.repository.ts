import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, dialectOf } from '../../../database/index.js';
import { toCounts, toHourlyCounts, type Raw } from '../raw-counts.js';
import { sumCounts, type HourlyCounts } from '../usage.js';
import { Ranking, type RankedUsage } from './usage-ranking.js';

/**
 * The number of index entries that each query reads. It is limited because a query blocks this process on SQLite, and
 * must end before its timeout on MySQL and MariaDB.
 */
const ENTRIES_PER_QUERY = 5_000;

interface CounterTable {
  readonly table: string;
  /** The index to read. It begins with `hour` and `id`, and contains all counters. */
  readonly index: string;
  /** The column that identifies whose requests a row counts. */
  readonly id: string;
}

const BY_KEY: CounterTable = { table: 'usage_hours', index: 'usage_hours_hour', id: 'api_key_id' };
const BY_USER: CounterTable = { table: 'user_usage_hours', index: 'user_usage_hours_hour', id: 'user_id' };

/** The rows of a range of ids, in each hour. */
interface IdRange {
  /** The FROM and WHERE clauses. */
  readonly rows: string;
  readonly values: readonly (number | string)[];
}

const NO_COUNTS = { accepted: 0, limited: 0, denied: 0 };
const SUMS = 'SUM(counts.accepted) AS accepted, SUM(counts.limited) AS limited, SUM(counts.denied) AS denied';

/** Adds up the usage of all keys and users, in several short queries. */
@Injectable()
export class UsageStatsRepository {
  constructor(private readonly database: Database) {}

  /** Returns the requests in each hour, with all keys together. Leaves out hours without requests. */
  async totals(hours: readonly number[]): Promise<HourlyCounts[]> {
    const totals = new Map<number, HourlyCounts>();
    await this.inSteps(BY_KEY, hours, async (manager, { rows, values }) => {
      const sql = `SELECT counts.hour AS hour, ${SUMS} ${rows} GROUP BY counts.hour`;
      for (const raw of await manager.query<Raw<HourlyCounts>[]>(sql, [...values])) {
        const counts = toHourlyCounts(raw);
        const { hour } = counts;
        totals.set(hour, { hour, ...sumCounts([totals.get(hour) ?? NO_COUNTS, counts]) });
      }
    });
    return [...totals.values()];
  }

  /** Ranks the keys by their requests in these hours. */
  rankKeys(hours: readonly number[], size: number): Promise<Ranking> {
    return this.rank(BY_KEY, hours, size);
  }

  /** Ranks the users by the requests with all their keys in these hours. */
  rankUsers(hours: readonly number[], size: number): Promise<Ranking> {
    return this.rank(BY_USER, hours, size);
  }

  private async rank(table: CounterTable, hours: readonly number[], size: number): Promise<Ranking> {
    const ranking = new Ranking(size);
    await this.inSteps(table, hours, async (manager, { rows, values }) => {
      // Only entries that change the ranking leave the database.
      const sql = `SELECT counts.${table.id} AS id, ${SUMS} ${rows} GROUP BY counts.${table.id}
        HAVING SUM(counts.accepted) > ? OR SUM(counts.limited) > ?`;
      const bounds = [ranking.lowest('accepted'), ranking.lowest('limited')];
      const found = await manager.query<Raw<RankedUsage>[]>(sql, [...values, ...bounds]);
      ranking.add(found.map((raw) => ({ id: raw.id, ...toCounts(raw) })));
    });
    return ranking;
  }

  /**
   * Runs a query for one range of ids after the other, in ascending order. The ranges cover all ids that have rows in
   * these hours. In between, the process can do other work.
   */
  private inSteps(
    table: CounterTable,
    hours: readonly number[],
    query: (manager: EntityManager, range: IdRange) => Promise<void>,
  ): Promise<void> {
    return this.database.read(async (manager) => {
      const from = `FROM ${dialectOf(manager).from([{ ...table, alias: 'counts' }])}`;
      const inHours = `counts.hour IN (${hours.map(() => '?').join(', ')})`;
      for (let after = '', last: string | null = ''; last !== null; after = last ?? '') {
        last = await lastIdOfRange(manager, table, hours, after);
        await nextTurn();
        const end = last === null ? '' : ` AND counts.${table.id} <= ?`;
        const rows = `${from} WHERE ${inHours} AND counts.${table.id} > ?${end}`;
        await query(manager, { rows, values: [...hours, after, ...(last === null ? [] : [last])] });
        await nextTurn();
      }
    });
  }
}

/**
 * Returns the last id of the next range, or `null` if all remaining ids can be read with one query. In each hour, the
 * range has at most an equal share of the entries that a query may read.
 */
async function lastIdOfRange(
  manager: EntityManager,
  { table, index, id }: CounterTable,
  hours: readonly number[],
  after: string,
): Promise<string | null> {
  const share = Math.floor(ENTRIES_PER_QUERY / hours.length);
  const from = dialectOf(manager).from([{ table, index, alias: 'counts' }]);
  const parts = hours.map(
    (_, number) =>
      `SELECT * FROM (SELECT counts.${id} AS id FROM ${from} WHERE counts.hour = ? AND counts.${id} > ?
       ORDER BY counts.${id} LIMIT 1 OFFSET ${share - 1}) AS hour${number}`,
  );
  const [found] = await manager.query<{ id: string | null }[]>(
    `SELECT MIN(ends.id) AS id FROM (${parts.join(' UNION ALL ')}) AS ends`,
    hours.flatMap((hour) => [hour, after]),
  );
  return found?.id ?? null;
}
