import { Table, type QueryRunner } from 'typeorm';
import type { Migration } from './migration.js';
import { createTable, dropTable } from './steps.js';

/** How often each key was used, by the hour. */
export class Usage1763900100000 implements Migration {
  readonly name = 'Usage1763900100000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const isSqlite = queryRunner.connection.options.type === 'better-sqlite3';
    const binary = isSqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
    await createTable(
      queryRunner,
      new Table({
        name: 'usage_hours',
        columns: [
          { name: 'api_key_id', type: 'varchar', length: '12', isPrimary: true, ...binary },
          { name: 'hour', type: 'integer', isPrimary: true },
          { name: 'accepted', type: 'bigint' },
          { name: 'limited', type: 'bigint' },
          { name: 'denied', type: 'bigint' },
        ],
        indices: [{ name: 'usage_hours_hour', columnNames: ['hour'] }],
        foreignKeys: [
          {
            name: 'usage_hours_api_key',
            columnNames: ['api_key_id'],
            referencedTableName: 'api_keys',
            referencedColumnNames: ['id'],
            onDelete: 'NO ACTION',
            onUpdate: 'NO ACTION',
          },
        ],
      }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTable(queryRunner, 'usage_hours');
  }
}
