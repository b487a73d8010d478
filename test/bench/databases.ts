import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { fillMysql, fillSqlite } from './old-service.js';

const MYSQL_SERVER = process.env['TEST_MARIADB_SERVER'] ?? 'mariadb://root@127.0.0.1:3306';

/** An empty database that can be filled with the rows of an old service. */
export interface BenchDatabase {
  readonly name: 'SQLite' | 'MariaDB';
  /** For `startService`. */
  readonly address: string;
  /** Fills the database of a stopped server. */
  fill(): Promise<void>;
  drop(): Promise<void>;
}

/** SQLite, and MariaDB if the server of the tests is available. */
export async function benchDatabases(folder: string, name: string): Promise<BenchDatabase[]> {
  const mysql = await mysqlDatabase();
  return [sqliteDatabase(join(folder, `${name}.db`)), ...(mysql ? [mysql] : [])];
}

/** Fills the database and prints how long that took. */
export async function fillTimed(database: BenchDatabase, fill: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  await fill();
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  process.stderr.write(`${database.name} is filled after ${seconds} s …\n`);
}

function sqliteDatabase(file: string): BenchDatabase {
  return {
    name: 'SQLite',
    address: file,
    fill: async () => fillSqlite(file),
    drop: async () => undefined,
  };
}

async function mysqlDatabase(): Promise<BenchDatabase | null> {
  const name = `chameleon_bench_${randomBytes(6).toString('hex')}`;
  const run = async (statement: string) => {
    const connection = await createConnection({ uri: MYSQL_SERVER.replace('mariadb:', 'mysql:') });
    await connection.query(statement);
    await connection.end();
  };
  try {
    await run(`CREATE DATABASE ${name}`);
  } catch (error) {
    process.stderr.write(`No MariaDB at ${MYSQL_SERVER}, so only SQLite is measured: ${String(error)}\n`);
    return null;
  }
  const address = `${MYSQL_SERVER}/${name}`;
  return {
    name: 'MariaDB',
    address,
    fill: () => fillMysql(address),
    drop: () => run(`DROP DATABASE ${name}`),
  };
}
