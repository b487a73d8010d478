import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';

const DEFAULT_SERVER = 'mariadb://root@127.0.0.1:3306';
const DEFAULT_CHROMIUM = '/usr/bin/chromium';

/**
 * Builds the server, and finds out whether MariaDB answers and Chromium, Redis and a C compiler are there;
 * `TEST_MARIADB_SERVER` and `TEST_CHROMIUM` name other ones. Without them their part of the suite is skipped, aloud; with
 * `REQUIRE_SERVICES=1`, as in CI, that is a failure.
 */
export default async function globalSetup(): Promise<void> {
  // Once, before the tests that start the built server, some of which run at the same time.
  execFileSync('npm', ['run', 'build', '--silent'], { stdio: ['ignore', 'inherit', 'inherit'] });
  await findMariadb();
  findChromium();
  findCompiler();
  findRedis();
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

function findChromium(): void {
  const executable = process.env['TEST_CHROMIUM'] ?? DEFAULT_CHROMIUM;
  delete process.env['CHROMIUM_FOR_TESTS'];
  if (existsSync(executable)) process.env['CHROMIUM_FOR_TESTS'] = executable;
  else if (process.env['REQUIRE_SERVICES'] === '1') throw new Error(`There is no Chromium at ${executable}`);
  else skip(`no Chromium at ${executable}, so the pages are not tried in a browser`);
}

function findCompiler(): void {
  const compiler = '/usr/bin/gcc';
  delete process.env['COMPILER_FOR_TESTS'];
  if (process.platform === 'linux' && existsSync(compiler)) process.env['COMPILER_FOR_TESTS'] = compiler;
  else if (process.env['REQUIRE_SERVICES'] === '1') throw new Error(`There is no compiler at ${compiler}`);
  else skip(`no compiler at ${compiler}, so disks do not fail in tests`);
}

/** Tests start Redis servers of their own. */
function findRedis(): void {
  delete process.env['REDIS_FOR_TESTS'];
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    process.env['REDIS_FOR_TESTS'] = '1';
  } catch (error) {
    if (process.env['REQUIRE_SERVICES'] === '1') throw error;
    skip('no redis-server, so nothing is tried with a Redis');
  }
}

const skip = (what: string) => process.stderr.write(`\nSKIPPED: ${what}.\n\n`);
