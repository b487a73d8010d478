import type { QueryRunner } from 'typeorm';
import type { Migration } from './migration.js';
import { createIndex, dropIndex } from './steps.js';

/**
 * Adds the indexes that the admin statistics use. They contain all columns that the statistics need, so the database
 * doesn't read the rows themselves. Caution: no index on `api_keys` may begin with `revoked_at`. SQLite chose such an
 * index for searches, which made them eight times slower. So `api_keys_figures` begins with `last_used_at`, because no
 * list filtered by that column when this migration was written. New values are added at the end of the index, which is
 * cheap.
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
