import { Table, type QueryRunner } from 'typeorm';
import { tableColumns } from '../src/database/index.js';
import type { Migration } from './migration.js';
import { createTable, dropTable } from './steps.js';

/**
 * Creates the table that stores, for each migration, the oldest build that can run with it. Older builds then refuse to
 * start.
 */
export class MigrationRequirements1764000000000 implements Migration {
  readonly name = 'MigrationRequirements1764000000000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { text } = tableColumns(queryRunner);
    await createTable(
      queryRunner,
      new Table({
        name: 'migration_requirements',
        columns: [text('migration', 255, { isPrimary: true }), text('oldest_build', 32)],
      }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'migration_requirements');
  }
}
