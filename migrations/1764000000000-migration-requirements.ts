import { Table, type QueryRunner } from 'typeorm';
import type { Migration } from './migration.js';
import { createTable, dropTable } from './steps.js';

/** The oldest build that can run with each migration, so that a build which is too old can say so. */
export class MigrationRequirements1764000000000 implements Migration {
  readonly name = 'MigrationRequirements1764000000000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const isSqlite = queryRunner.connection.options.type === 'better-sqlite3';
    const binary = isSqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
    await createTable(
      queryRunner,
      new Table({
        name: 'migration_requirements',
        columns: [
          { name: 'migration', type: 'varchar', length: '255', isPrimary: true, ...binary },
          { name: 'oldest_build', type: 'varchar', length: '32', ...binary },
        ],
      }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'migration_requirements');
  }
}
