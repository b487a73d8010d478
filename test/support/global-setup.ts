import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';

const DEFAULT_SERVER = 'mariadb://root@127.0.0.1:3306';

/**
 * Builds the server, and finds out whether MariaDB answers and Chromium, nginx, Redis and a C compiler are there;
 * `TEST_MARIADB_SERVER`, `TEST_CHROMIUM` and `TEST_NGINX` name other ones. Without them their part of the suite is
 * skipped, aloud; with
 * `REQUIRE_SERVICES=1`, as in CI, that is a failure.
 */
export default async function globalSetup(): Promise<void> {
  // Once, before the tests that start the built server, some of which run at the same time.
  execFileSync('npm', ['run', 'build', '--silent'], { stdio: ['ignore', 'inherit', 'inherit'] });
  await findMariadb();
  findProgram('CHROMIUM', '/usr/bin/chromium', 'the pages are not tried in a browser');
  findProgram('NGINX', '/usr/sbin/nginx', 'no restart is tried behind nginx');
  findProgram('COMPILER', '/usr/bin/gcc', 'disks do not fail in tests');
  findProgram('REDIS', '/usr/bin/redis-server', 'nothing is tried with a Redis');
}

async function findMariadb(): Promise<void> {
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
    skip(`no MariaDB at ${server}, so only the SQLite half of the suite runs`);
  }
}

/** @param name of the program in the variables that tell tests, and us, where it is. */
function findProgram(name: string, standard: string, otherwise: string): void {
  const executable = process.env[`TEST_${name}`] ?? standard;
  delete process.env[`${name}_FOR_TESTS`];
  if (existsSync(executable)) process.env[`${name}_FOR_TESTS`] = executable;
  else if (process.env['REQUIRE_SERVICES'] === '1') throw new Error(`There is no ${executable}`);
  else skip(`no ${executable}, so ${otherwise}`);
}

const skip = (what: string) => process.stderr.write(`\nSKIPPED: ${what}.\n\n`);
