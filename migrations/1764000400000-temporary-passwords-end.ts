import type { QueryRunner } from 'typeorm';
import { dialectOf } from '../src/database/index.js';
import type { Migration } from './migration.js';

const ENDS_AT = 'password_ends_at';

/**
 * Adds a column for the expiration time of temporary passwords. Existing temporary passwords expire 72 hours after this
 * migration, because their age is unknown.
 */
export class TemporaryPasswordsEnd1764000400000 implements Migration {
  readonly name = 'TemporaryPasswordsEnd1764000400000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const dialect = dialectOf(queryRunner);
    // Caution: on SQLite, TypeORM adds a column by copying all rows into a new table. ALTER TABLE copies nothing.
    if (!(await queryRunner.hasColumn('users', ENDS_AT)))
      await queryRunner.query(`ALTER TABLE users ADD COLUMN ${ENDS_AT} ${dialect.schema.addedTime}`);
    const endsAt = dialect.now(72 * 60 * 60);
    await queryRunner.query(
      `UPDATE users SET ${ENDS_AT} = ${endsAt} WHERE password_is_temporary = 1 AND ${ENDS_AT} IS NULL`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    if (await queryRunner.hasColumn('users', ENDS_AT))
      await queryRunner.query(`ALTER TABLE users DROP COLUMN ${ENDS_AT}`);
  }
}
