// A database like that of a service after two years. The oldest keys are revoked, expired and named
// differently from the newer ones, so a list that starts with the newest key must read far to find them.
import Database from 'libsql';
import { createConnection } from 'mysql2/promise';

export const KEYS = 1_000_000;
const USERS = 100_000;
const MINUTE_MS = 60_000;
/** Creation time of the newest key; each older key is a minute older. */
const NEWEST_AT = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 60 * MINUTE_MS;
const OLDEST_AT = NEWEST_AT - (KEYS - 1) * MINUTE_MS;
const HASH = '$2b$10$abcdefghijklmnopqrstuuJ0T3Zc1dO6TQGq0gVb6vJw3h1d1n5m2';

export const userId = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
/** Owns almost 400,000 revoked keys from the first five sixths of the time. */
export const MOST_KEYS = 1;
/** Owns almost 100,000 keys. */
export const MANY_KEYS = 2;
/** Owns exactly 10,000 keys in every state, as many as `MAX_KEYS_PER_USER` allows. */
export const FULL_OF_KEYS = 3;
/** Whether the n-th key belongs to `FULL_OF_KEYS`, as an expression. */
export const isOfFullOwner = (n = 'n'): string => `((${n}) % 97 = 8 AND (${n}) < 970000)`;
export const email = (n: number): string => `person-${n}@example.com`;

/** Creation time of the n-th key. */
export const createdAt = (n: number): number => OLDEST_AT + n * MINUTE_MS;

/** The list cursor right before the n-th key, on lists that are sorted by creation time. */
export const cursorAt = (n: number): string =>
  Buffer.from(JSON.stringify([createdAt(n), 'z'])).toString('base64url');

/** The SQL expressions of one database for the generated rows. */
export interface Words {
  readonly text: (...parts: string[]) => string;
  readonly padded: (number: string, length: number) => string;
  /** A time this many minutes after the oldest key's. */
  readonly time: (minutes: string) => string;
}

const stamp = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

export const SQLITE: Words = {
  text: (...parts) => parts.join(' || '),
  padded: (number, length) => `printf('%0${length}d', ${number})`,
  time: (minutes) => `strftime('%Y-%m-%d %H:%M:%f', ${OLDEST_AT / 1_000} + (${minutes}) * 60, 'unixepoch')`,
};

export const MYSQL: Words = {
  text: (...parts) => `CONCAT(${parts.join(', ')})`,
  padded: (number, length) => `LPAD(${number}, ${length}, '0')`,
  time: (minutes) => `'${stamp(OLDEST_AT)}' + INTERVAL (${minutes}) MINUTE`,
};

/** A table with the numbers from 0 up to a power of ten, in the column `n`. */
export function numbers(count: number): string {
  const digits = Math.round(Math.log10(count));
  const digit = `(SELECT 0 AS d ${Array.from({ length: 9 }, (_, d) => `UNION ALL SELECT ${d + 1}`).join(' ')})`;
  const places = Array.from({ length: digits }, (_, place) => `d${place}.d * ${10 ** place}`);
  const tables = Array.from({ length: digits }, (_, place) => `${digit} AS d${place}`);
  return `(SELECT ${places.join(' + ')} AS n FROM ${tables.join(' CROSS JOIN ')}) AS numbers`;
}

function usersSql({ text, padded, time }: Words): string {
  return `INSERT INTO users (id, email, name, name_folded, role, status, password_hash, password_is_temporary,
      created_at, updated_at)
    SELECT ${text("'00000000-0000-4000-8000-'", padded('n', 12))}, ${text("'person-'", 'n', "'@example.com'")},
      ${text("'Person '", 'n')}, ${text("'person '", 'n')},
      CASE WHEN n < 300 THEN 'premium' ELSE 'standard' END, CASE WHEN n BETWEEN 20000 AND 22999 THEN 'suspended' ELSE 'active' END,
      '${HASH}', 0, ${time('n * 10')}, ${time('n * 10')} FROM ${numbers(USERS)}`;
}

/** The id of the n-th key, as an expression. The order is random, like that of real ids. */
export const keyIdSql = ({ padded }: Words, n = 'n'): string =>
  padded(`(${n}) * 387420489 % 1000000000000`, 12);

/** The id of the n-th key. */
export const keyId = (n: number): string => String((n * 387420489) % 1e12).padStart(12, '0');

function keysSql(words: Words): string {
  const { text, padded, time } = words;
  const id = keyIdSql(words);
  const isRevoked = `(n < ${KEYS * 0.8} AND n % 2 = 0)`;
  const owner = `CASE WHEN ${isOfFullOwner()} THEN ${FULL_OF_KEYS} WHEN ${isRevoked} THEN ${MOST_KEYS} WHEN n % 10 = 5 THEN ${MANY_KEYS} ELSE 10 + n % 20000 END`;
  const name = (device: string, key: string) =>
    `CASE WHEN n < 200000 THEN ${text(device, 'n')} ELSE ${text(key, 'n')} END`;
  return `INSERT INTO api_keys (id, user_id, prefix, prefix_folded, name, name_folded, hash, created_at, expires_at,
      revoked_at, last_used_at, last_used_from)
    SELECT ${id}, ${text("'00000000-0000-4000-8000-'", padded(owner, 12))}, 'chm', ${text("'chm_'", id)},
      ${name("'Device '", "'Key '")}, ${name("'device '", "'key '")}, '${HASH}', ${time('n')},
      CASE WHEN n % 3 = 0 THEN ${time('n + 365 * 1440')} END,
      CASE WHEN ${isRevoked} THEN ${time('n + 1000')} END,
      CASE WHEN n % 4 = 0 THEN ${time(`n + (n * 7919) % 200000`)} WHEN n % 4 = 1 THEN ${time(`${KEYS} + n % 50`)} END,
      CASE WHEN n % 4 < 2 THEN '203.0.113.7' END
    FROM ${numbers(KEYS)}`;
}

/** Fills the SQLite file of a stopped server. */
export function fillSqlite(file: string): void {
  const database = new Database(file);
  try {
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN');
    const indexes = database
      .prepare(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'api_keys' AND sql IS NOT NULL",
      )
      .all() as { name: string; sql: string }[];
    for (const { name } of indexes) database.exec(`DROP INDEX ${name}`);
    database.exec(usersSql(SQLITE));
    database.exec(keysSql(SQLITE));
    for (const { sql } of indexes) database.exec(sql);
    database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

/** Fills the MariaDB database of a stopped server. */
export async function fillMysql(url: string): Promise<void> {
  const connection = await createConnection({
    uri: url.replace('mariadb:', 'mysql:'),
    multipleStatements: false,
  });
  try {
    await connection.query('SET SESSION unique_checks = 0, foreign_key_checks = 0');
    await connection.query(usersSql(MYSQL));
    const [rows] = await connection.query('SHOW CREATE TABLE api_keys');
    const [{ 'Create Table': definition }] = rows as [{ 'Create Table': string }];
    const indexes = [...definition.matchAll(/^ {2}KEY `(\w+)` (\(.+\)),?$/gm)].map(([, name, columns]) => ({
      name,
      columns,
    }));
    await connection.query(
      `ALTER TABLE api_keys ${indexes.map(({ name }) => `DROP INDEX ${name}`).join(', ')}`,
    );
    await connection.query(`${keysSql(MYSQL)} ORDER BY 1`);
    const additions = indexes.map(({ name, columns }) => `ADD INDEX ${name} ${columns}`);
    await connection.query(`ALTER TABLE api_keys ${additions.join(', ')}`);
  } finally {
    await connection.end();
  }
}
