// Inserts rows into the SQLite file of a stopped server, because creating a million keys would take a day of
// bcrypt.
import Database from 'libsql';

/** A hash without a known plaintext. */
const HASH = '$2b$10$abcdefghijklmnopqrstuuJ0T3Zc1dO6TQGq0gVb6vJw3h1d1n5m2';
const OTHER_OWNERS = 100;
/** Creation time of the first generated key; each later key is a second newer. */
const FIRST_AT_SECONDS = Date.UTC(2020, 0, 1) / 1_000;

const idOf = (n: string) => `printf('%012d', (${n} * 387420489) % 1000000000000)`;

/** Inserts `count` keys: nine of ten for the admin, the rest for a hundred other users. */
export function addManyKeys(file: string, count: number): void {
  const database = new Database(file);
  try {
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN');
    const numbers = (end: number) =>
      `WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${end - 1})`;
    database.exec(
      `INSERT INTO users (id, email, name, name_folded, role, status, password_hash, password_is_temporary,
         created_at, updated_at)
       ${numbers(OTHER_OWNERS)}
       SELECT printf('00000000-0000-4000-8000-%012d', n), 'person-' || n || '@example.com', 'Person', 'person',
         'standard', 'active', '${HASH}', 0, '2020-01-01 00:00:00.000', '2020-01-01 00:00:00.000' FROM numbers`,
    );
    // Random order, like real ids.
    database.exec(
      `INSERT INTO api_keys (id, user_id, prefix, prefix_folded, name, name_folded, hash, created_at)
       ${numbers(count)}
       SELECT ${idOf('n')},
         CASE WHEN n % 10 = 0 THEN printf('00000000-0000-4000-8000-%012d', n / 10 % ${OTHER_OWNERS})
           ELSE (SELECT id FROM users WHERE role = 'admin') END,
         'chm', 'chm_' || ${idOf('n')}, 'Key ' || n, 'key ' || n, '${HASH}',
         strftime('%Y-%m-%d %H:%M:%f', ${FIRST_AT_SECONDS} + n, 'unixepoch') FROM numbers`,
    );
    database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

/** The list cursor in the middle of `count` generated keys. */
export const middleCursor = (count: number): string =>
  Buffer.from(JSON.stringify([(FIRST_AT_SECONDS + count / 2) * 1_000, 'z'])).toString('base64url');
