import { execFileSync } from 'node:child_process';
import { createConnection } from 'mysql2/promise';

const DEFAULT_SERVER = 'mariadb://root@127.0.0.1:3306';

/**
 * Builds the server, and finds out whether MariaDB answers; `TEST_MARIADB_SERVER` names another one. Without it the MariaDB half of
 * the suite is skipped, aloud; with `REQUIRE_SERVICES=1`, as in CI, that is a failure.
 */
export default async function globalSetup(): Promise<void> {
  // Once, before the tests that start the built server, some of which run at the same time.
  execFileSync('npm', ['run', 'build', '--silent'], { stdio: ['ignore', 'inherit', 'inherit'] });
  const server = process.env['TEST_MARIADB_SERVER'] ?? DEFAULT_SERVER;
  try {
    const connection = await createConnection({
      uri: server.replace('mariadb:', 'mysql:'),
      connectTimeout: 2_000,
    });
    await connection.end();
    process.env['MARIADB_FOR_TESTS'] = server;
  } catch (error) {
    if (process.env['REQUIRE_SERVICES'] === '1') throw error;
    delete process.env['MARIADB_FOR_TESTS'];
    process.stderr.write(
      `\nSKIPPED: no MariaDB at ${server}, so only the SQLite half of the suite runs.\n\n`,
    );
  }
}
