import type { QueryRunner } from 'typeorm';
import { dialectOf } from '../src/database/index.js';
import type { Migration } from './migration.js';

const DESCRIPTION = 'description';
/** The maximum length of a description is 500 code points. */
const DESCRIPTION_LENGTH = 2_000;

const NEW_INDEXES = [
  {
    name: 'api_keys_owner_last_use',
    columns: [
      'user_id',
      'last_used_at',
      'created_at',
      'id',
      'revoked_at',
      'expires_at',
      'name_folded',
      'prefix_folded',
    ],
  },
  { name: 'api_keys_children', columns: ['created_by_key_id', 'created_at', 'id'] },
];
const OLD_INDEXES = [{ name: 'api_keys_created_by_key_id', columns: ['created_by_key_id'] }];

const namesOf = (indexes: readonly { readonly name: string }[]) => indexes.map(({ name }) => name);

/**
 * Adds the descriptions of keys. Adds an index for the list of a user's own keys by last use, and replaces the index on
 * the parent key with one that also contains the creation time.
 */
export class OwnKeys1764000500000 implements Migration {
  readonly name = 'OwnKeys1764000500000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = dialectOf(queryRunner);
    // Caution: on SQLite, TypeORM adds a column by copying all rows into a new table. ALTER TABLE copies nothing.
    if (!(await schema.hasColumn(queryRunner, 'api_keys', DESCRIPTION)))
      await queryRunner.query(
        `ALTER TABLE api_keys ADD COLUMN ${DESCRIPTION} ${schema.addedText(DESCRIPTION_LENGTH)}`,
      );
    const changes = { create: NEW_INDEXES, drop: namesOf(OLD_INDEXES) };
    await schema.changeIndexes(queryRunner, 'api_keys', changes);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = dialectOf(queryRunner);
    const changes = { create: OLD_INDEXES, drop: namesOf(NEW_INDEXES) };
    await schema.changeIndexes(queryRunner, 'api_keys', changes);
    if (await schema.hasColumn(queryRunner, 'api_keys', DESCRIPTION))
      await queryRunner.query(`ALTER TABLE api_keys DROP COLUMN ${DESCRIPTION}`);
  }
}
