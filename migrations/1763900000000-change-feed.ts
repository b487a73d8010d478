import { Table, type QueryRunner } from 'typeorm';
import type { Migration } from './migration.js';
import { createTable, dropTable } from './steps.js';

/** The feed by which instances learn of each other's changes: one row with the last number, one row a change. */
export class ChangeFeed1763900000000 implements Migration {
  readonly name = 'ChangeFeed1763900000000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const isSqlite = queryRunner.connection.options.type === 'better-sqlite3';
    const binary = isSqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
    await createTable(
      queryRunner,
      new Table({
        name: 'change_clock',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true },
          { name: 'seq', type: 'bigint' },
        ],
      }),
    );
    await queryRunner.query(
      'INSERT INTO change_clock (id, seq) ' +
        'SELECT 1, 0 FROM (SELECT COUNT(*) AS found FROM change_clock) AS clocks WHERE found = 0',
    );
    await createTable(
      queryRunner,
      new Table({
        name: 'change_feed',
        columns: [
          { name: 'seq', type: 'bigint', isPrimary: true },
          { name: 'subject', type: 'varchar', length: '16', ...binary },
          { name: 'subject_id', type: 'varchar', length: '36', ...binary },
        ],
      }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'change_feed');
    await dropTable(queryRunner, 'change_clock');
  }
}
