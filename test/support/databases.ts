import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';

/** An empty database that exists for one test file. */
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
    // On purpose not the character set that we need: the migrations must not depend on it.
    await run(`CREATE DATABASE ${name} CHARACTER SET latin1`);
    return { url: `${server}/${name}`, drop: () => run(`DROP DATABASE ${name}`) };
  },
});

/** SQLite, and MariaDB where it answers (see `global-setup.ts`). */
export const DATABASES: readonly DatabaseKind[] = [
  sqlite,
  ...(process.env['MARIADB_FOR_TESTS'] ? [mariadb(process.env['MARIADB_FOR_TESTS'])] : []),
];

/** Tests of what has nothing to do with the database. */
export const onOneDatabase = (tests: (kind: DatabaseKind) => void): void => tests(sqlite);

/** The same tests on every database. */
export function onEachDatabase(tests: (kind: DatabaseKind) => void): void {
  describe.each(DATABASES.map((kind) => [kind.name, kind] as const))('on %s', (_name, kind) => tests(kind));
}

/** A test for one kind of database: elsewhere it is none, rather than one that was skipped. */
export const itIf =
  (condition: boolean) =>
  (name: string, test: () => Promise<void>, timeoutMs?: number): void => {
    if (condition) it(name, test, timeoutMs);
  };
