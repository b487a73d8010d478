import type { QueryRunner } from 'typeorm';
import type { Migration } from './migration.js';
import { createIndex, dropIndex } from './steps.js';

/**
 * Adds the indexes that the admin statistics use. They contain every column that is counted, so the database doesn't
 * read the rows themselves. Trap: don't let an index on `api_keys` begin with `revoked_at`. SQLite chose an index like
 * that for searches, which made them eight times slower. So this index begins with `last_used_at`, because no list
 * filters by that column. New values are added at the end of the index, which is cheap.
 */
export class Figures1763900300000 implements Migration {
  readonly name = 'Figures1763900300000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    await createIndex(queryRunner, 'api_keys', {
      name: 'api_keys_figures',
      columnNames: ['last_used_at', 'created_at', 'expires_at', 'revoked_at'],
    });
    await createIndex(queryRunner, 'usage_hours', {
      name: 'usage_hours_totals',
      columnNames: ['hour', 'accepted', 'limited', 'denied'],
    });
    await dropIndex(queryRunner, 'usage_hours', 'usage_hours_hour');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await createIndex(queryRunner, 'usage_hours', { name: 'usage_hours_hour', columnNames: ['hour'] });
    await dropIndex(queryRunner, 'usage_hours', 'usage_hours_totals');
    await dropIndex(queryRunner, 'api_keys', 'api_keys_figures');
  }
}
