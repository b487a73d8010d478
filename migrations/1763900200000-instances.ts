import { Table, type QueryRunner } from 'typeorm';
import { tableColumns } from '../src/database/index.js';
import type { Migration } from './migration.js';
import { createTable, dropTable } from './steps.js';

/**
 * Creates the table of running instances. While Redis is unavailable, each instance uses the table to calculate its
 * share of a rate limit.
 */
export class Instances1763900200000 implements Migration {
  readonly name = 'Instances1763900200000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { text, time } = tableColumns(queryRunner);
    await createTable(
      queryRunner,
      new Table({
        name: 'instances',
        columns: [text('id', 36, { isPrimary: true }), time('seen_at')],
      }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'instances');
  }
}
