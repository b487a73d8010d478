import { Table, type QueryRunner } from 'typeorm';
import { tableColumns } from '../src/database/index.js';
import type { Migration } from './migration.js';
import { createTable, dropTable } from './steps.js';

/**
 * Creates the tables for users, sessions, keys and idempotency records. Foreign keys and indexes have explicit names,
 * because a test checks that they have the same names in the entities.
 */
export class Initial1763800000000 implements Migration {
  readonly name = 'Initial1763800000000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { text, time, flag } = tableColumns(queryRunner);
    const unset = { isNullable: true };
    const ownedBy = (name: string) => ({
      name,
      columnNames: ['user_id'],
      referencedTableName: 'users',
      referencedColumnNames: ['id'],
      // Without these options, MariaDB uses RESTRICT, and the test that compares the schema with the entities would
      // fail.
      onDelete: 'NO ACTION',
      onUpdate: 'NO ACTION',
    });

    await createTable(
      queryRunner,
      new Table({
        name: 'users',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('email', 254),
          text('name', 400),
          text('name_folded', 800),
          text('role', 16),
          text('status', 16),
          text('password_hash', 60),
          flag('password_is_temporary'),
          time('created_at'),
          time('updated_at'),
          time('last_seen_at', unset),
        ],
        indices: [
          { name: 'users_email', columnNames: ['email'], isUnique: true },
          { name: 'users_created_at_id', columnNames: ['created_at', 'id'] },
          { name: 'users_role_status', columnNames: ['role', 'status', 'id'] },
        ],
      }),
    );
    await createTable(
      queryRunner,
      new Table({
        name: 'sessions',
        columns: [
          text('id', 36, { isPrimary: true }),
          text('user_id', 36),
          text('token_hash', 64),
          time('created_at'),
          time('last_seen_at'),
          text('address', 45),
          text('user_agent', 400, unset),
        ],
        indices: [
          { name: 'sessions_token_hash', columnNames: ['token_hash'], isUnique: true },
          { name: 'sessions_user_id', columnNames: ['user_id', 'created_at', 'id'] },
        ],
        foreignKeys: [ownedBy('sessions_user')],
      }),
    );
    await createTable(
      queryRunner,
      new Table({
        name: 'api_keys',
        columns: [
          text('id', 12, { isPrimary: true }),
          text('user_id', 36),
          text('prefix', 16),
          text('prefix_folded', 29),
          text('name', 400),
          text('name_folded', 800),
          text('hash', 60),
          time('created_at'),
          text('created_by_key_id', 12, unset),
          time('expires_at', unset),
          time('revoked_at', unset),
          text('revoked_reason', 800, unset),
          time('last_used_at', unset),
          text('last_used_from', 45, unset),
        ],
        indices: [
          { name: 'api_keys_user_id', columnNames: ['user_id', 'created_at', 'id'] },
          { name: 'api_keys_created_at_id', columnNames: ['created_at', 'id'] },
        ],
        foreignKeys: [ownedBy('api_keys_user')],
      }),
    );
    await createTable(
      queryRunner,
      new Table({
        name: 'idempotency_records',
        columns: [
          text('user_id', 36, { isPrimary: true }),
          text('idempotency_key', 255, { isPrimary: true }),
          text('request_hash', 64),
          text('api_key_id', 12),
          time('created_at'),
        ],
        foreignKeys: [ownedBy('idempotency_records_user')],
      }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['idempotency_records', 'api_keys', 'sessions', 'users'])
      await dropTable(queryRunner, table);
  }
}
