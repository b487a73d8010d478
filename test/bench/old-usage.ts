// The usage of the old service (see `old-service.ts`): 50,000 keys have requests in the last 24 hours. A quarter of
// the keys of `FULL_OF_KEYS` has requests in each of these hours, and a hundred keys in each hour of 90 days.
import Database from 'libsql';
import { createConnection } from 'mysql2/promise';
import { isOfFullOwner, keyId, keyIdSql, MYSQL, numbers, SQLITE, type Words } from './old-service.js';
import type { BenchDatabase } from './databases.js';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const HISTORY_HOURS = 90 * DAY_HOURS;
/** The numbers of the keys with requests, as expressions of the number `i`, which is counted from 0. */
const OWN_KEY = 'i * 388 + 105';
const OTHER_KEY = '999997 - i * 4';
const IS_OTHER = `NOT ${isOfFullOwner(OTHER_KEY)}`;

/** A key of `FULL_OF_KEYS` with requests in each hour of 90 days. */
export const BUSIEST_KEY = keyId(105);

/** Numbers from 0 as the column `i`: `count` of them, `step` apart. */
const every = (step: number, count: number): string =>
  `(SELECT n * ${step} AS i FROM ${numbers(100_000)} WHERE n < ${count}) AS active_keys`;
/** Numbers of hours ago as the column `h`. */
const hours = (from: number, to: number): string =>
  `(SELECT n AS h FROM ${numbers(10_000)} WHERE n >= ${from} AND n < ${to}) AS hours`;

function usageSql(words: Words): string[] {
  const thisHour = Math.floor(Date.now() / HOUR_MS);
  const insert = (n: string, tables: readonly [string, string], hoursAgo = 'h', filter = '1 = 1') => {
    const count = (factor: number, below: number) => `((${n}) * ${factor} + h) % ${below}`;
    return `INSERT INTO usage_hours (api_key_id, hour, accepted, limited, denied)
      SELECT ${keyIdSql(words, n)}, ${thisHour} - (${hoursAgo}), 1 + ${count(7919, 500)},
        CASE WHEN i % 10 = 0 THEN ${count(31, 200)} ELSE 0 END, CASE WHEN i % 100 = 0 THEN ${count(17, 50)} ELSE 0 END
      FROM ${tables.join(' CROSS JOIN ')} WHERE ${filter}`;
  };
  const history = hours(DAY_HOURS, HISTORY_HOURS);
  return [
    insert(OWN_KEY, [every(1, 2_500), hours(0, DAY_HOURS)]),
    insert(OTHER_KEY, [every(1, 47_500), hours(0, 3)], `(i + h * 8) % ${DAY_HOURS}`, IS_OTHER),
    insert(OWN_KEY, [every(50, 50), history]),
    insert(OTHER_KEY, [every(950, 50), history], 'h', IS_OTHER),
    `INSERT INTO user_usage_hours (user_id, hour, accepted, limited, denied)
      SELECT user_id, hour, SUM(accepted), SUM(limited), SUM(denied)
      FROM usage_hours JOIN api_keys ON id = api_key_id GROUP BY user_id, hour`,
  ];
}

/** Adds the usage to a filled database of a stopped server. */
export async function fillUsage({ name, address }: BenchDatabase): Promise<void> {
  if (name === 'SQLite') {
    const database = new Database(address);
    try {
      database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN');
      for (const sql of usageSql(SQLITE)) database.exec(sql);
      database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      database.close();
    }
    return;
  }
  const connection = await createConnection({ uri: address.replace('mariadb:', 'mysql:') });
  try {
    for (const sql of usageSql(MYSQL)) await connection.query(sql);
  } finally {
    await connection.end();
  }
}
