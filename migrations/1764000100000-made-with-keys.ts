// Caution: on SQLite, TypeORM adds a column by copying all rows into a new table and dropping the old table. Dropping
// fails if usage counters refer to a key. So this migration uses ALTER TABLE, which is fast with any number of keys.
import type { QueryRunner } from 'typeorm';
import { dialectOf } from '../src/database/index.js';
import type { Migration } from './migration.js';
import { createIndex, dropIndex } from './steps.js';

const ADOPTER = 'adopted_by_key_id';
const BY_MAKER = 'api_keys_created_by_key_id';
const BY_ADOPTER = 'api_keys_adopted_by_key_id';

/**
 * Adds indexes for finding the keys that were created with a certain key (the parent key). Also adds a column for a new
 * parent key, which is set when the original parent key is removed.
 */
export class MadeWithKeys1764000100000 implements Migration {
  readonly name = 'MadeWithKeys1764000100000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const type = dialectOf(queryRunner).schema.addedText(12);
    if (!(await queryRunner.hasColumn('api_keys', ADOPTER)))
      await queryRunner.query(`ALTER TABLE api_keys ADD COLUMN ${ADOPTER} ${type}`);
    await createIndex(queryRunner, 'api_keys', { name: BY_MAKER, columnNames: ['created_by_key_id'] });
    await createIndex(queryRunner, 'api_keys', { name: BY_ADOPTER, columnNames: [ADOPTER] });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropIndex(queryRunner, 'api_keys', BY_ADOPTER);
    await dropIndex(queryRunner, 'api_keys', BY_MAKER);
    if (await queryRunner.hasColumn('api_keys', ADOPTER))
      await queryRunner.query(`ALTER TABLE api_keys DROP COLUMN ${ADOPTER}`);
  }
}
