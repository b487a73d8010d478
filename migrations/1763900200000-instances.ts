import { Table, type QueryRunner } from 'typeorm';
import type { Migration } from './migration.js';
import { createTable, dropTable } from './steps.js';

/** Which instances run, so that each knows its share of a limit while Redis is away. */
export class Instances1763900200000 implements Migration {
  readonly name = 'Instances1763900200000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const isSqlite = queryRunner.connection.options.type === 'better-sqlite3';
    const binary = isSqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
    await createTable(
      queryRunner,
      new Table({
        name: 'instances',
        columns: [
          { name: 'id', type: 'varchar', length: '36', isPrimary: true, ...binary },
          { name: 'seen_at', type: 'datetime', ...(isSqlite ? {} : { precision: 3 }) },
        ],
      }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'instances');
  }
}
