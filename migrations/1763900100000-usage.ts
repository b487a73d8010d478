import { Table, type QueryRunner } from 'typeorm';
import { tableColumns } from '../src/database/index.js';
import type { Migration } from './migration.js';
import { createTable, dropTable } from './steps.js';

/** Creates the table of usage counters, with one row for each key and hour. */
export class Usage1763900100000 implements Migration {
  readonly name = 'Usage1763900100000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { text, integer, counter } = tableColumns(queryRunner);
    await createTable(
      queryRunner,
      new Table({
        name: 'usage_hours',
        columns: [
          text('api_key_id', 12, { isPrimary: true }),
          integer('hour', { isPrimary: true }),
          counter('accepted'),
          counter('limited'),
          counter('denied'),
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
