import { Table, type QueryRunner } from 'typeorm';
import { tableColumns } from '../src/database/index.js';
import type { Migration } from './migration.js';
import { createTable, dropTable } from './steps.js';

/**
 * Creates the tables of the invalidation feed. `change_feed` has one row for each invalidation. `change_clock` has only
 * one row, which contains the number of the last invalidation.
 */
export class ChangeFeed1763900000000 implements Migration {
  readonly name = 'ChangeFeed1763900000000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { text, integer, counter } = tableColumns(queryRunner);
    await createTable(
      queryRunner,
      new Table({
        name: 'change_clock',
        columns: [integer('id', { isPrimary: true }), counter('seq')],
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
        columns: [counter('seq', { isPrimary: true }), text('subject', 16), text('subject_id', 36)],
      }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'change_feed');
    await dropTable(queryRunner, 'change_clock');
  }
}
