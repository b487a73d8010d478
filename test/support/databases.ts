import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';

/** An empty database for one test file. */
export interface TestDatabase {
  /** For `DATABASE_URL`. */
  readonly url: string;
  drop(): Promise<void>;
}

export interface DatabaseKind {
  readonly name: 'SQLite' | 'MariaDB';
  create(): Promise<TestDatabase>;
}

const sqlite: DatabaseKind = {
  name: 'SQLite',
  create: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chameleon-test-'));
    return {
      url: `sqlite:${join(folder, 'test.db')}`,
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

const mariadb = (server: string): DatabaseKind => ({
  name: 'MariaDB',
  create: async () => {
    const name = `chameleon_test_${randomBytes(6).toString('hex')}`;
    const run = async (statement: string) => {
      const connection = await createConnection({ uri: server.replace('mariadb:', 'mysql:') });
      await connection.query(statement);
      await connection.end();
    };
    // Deliberately not the required character set: the migrations must not depend on the default.
    await run(`CREATE DATABASE ${name} CHARACTER SET latin1`);
    return { url: `${server}/${name}`, drop: () => run(`DROP DATABASE ${name}`) };
  },
});

/** SQLite, and MariaDB if it is available (see `global-setup.ts`). */
export const DATABASES: readonly DatabaseKind[] = [
  sqlite,
  ...(process.env['MARIADB_FOR_TESTS'] ? [mariadb(process.env['MARIADB_FOR_TESTS'])] : []),
];

/** For tests that do not depend on the kind of database. */
export const onOneDatabase = (tests: (kind: DatabaseKind) => void): void => tests(sqlite);

/** Runs the same tests on every database. */
export function onEachDatabase(tests: (kind: DatabaseKind) => void): void {
  describe.each(DATABASES.map((kind) => [kind.name, kind] as const))('on %s', (_name, kind) => tests(kind));
}

/** Declares a test only if the condition is true. Otherwise there is no test, not even a skipped one. */
export const itIf =
  (condition: boolean) =>
  (name: string, test: () => Promise<void>, timeoutMs?: number): void => {
    if (condition) it(name, test, timeoutMs);
  };
