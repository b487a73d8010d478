import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';

const DEFAULT_SERVER = 'mariadb://root@127.0.0.1:3306';

/**
 * Builds the server and looks for MariaDB, Chromium, nginx, Redis and a C compiler. `TEST_MARIADB_SERVER`,
 * `TEST_CHROMIUM` and `TEST_NGINX` choose others. The tests of missing programs are skipped with a message;
 * with `REQUIRE_SERVICES=1`, as in CI, a missing program is a failure.
 */
export default async function globalSetup(): Promise<void> {
  // Once, before parallel test files start the built server.
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

/** @param name the program in the environment variables that set its path. */
function findProgram(name: string, standard: string, otherwise: string): void {
  const executable = process.env[`TEST_${name}`] ?? standard;
  delete process.env[`${name}_FOR_TESTS`];
  if (existsSync(executable)) process.env[`${name}_FOR_TESTS`] = executable;
  else if (process.env['REQUIRE_SERVICES'] === '1') throw new Error(`${executable} does not exist`);
  else skip(`no ${executable}, so ${otherwise}`);
}

const skip = (what: string) => process.stderr.write(`\nSKIPPED: ${what}.\n\n`);
