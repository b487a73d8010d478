// Caution: TypeORM stores the expressions of generated columns in its table `typeorm_metadata` and compares them with the
// entities. This migration uses plain SQL, so it must write the row in that table itself.
import type { QueryRunner } from 'typeorm';
import { dialectOf } from '../src/database/index.js';
import type { Migration } from './migration.js';

const METADATA = 'typeorm_metadata';
const TABLES = ['users', 'api_keys'] as const;
const CREATED_DAY = { table: 'api_keys', name: 'created_day', expression: 'date(created_at)' };
/**
 * The maximum length of `name_folded`. A name has at most 100 code points, and case folding turns one code point into
 * at most three.
 */
const NAME_LENGTH = 300;
const OLD_NAME_LENGTH = 800;

interface ListIndex {
  readonly table: (typeof TABLES)[number];
  readonly name: string;
  readonly columns: readonly string[];
}

const index = (table: ListIndex['table'], name: string, ...columns: string[]): ListIndex => ({
  table,
  name,
  columns,
});

/**
 * These indexes contain the columns of the most frequent filters, so that a list reads only the rows that it returns.
 */
const NEW_INDEXES = [
  index('api_keys', 'api_keys_newest', 'created_at', 'id', 'user_id'),
  index(
    'api_keys',
    'api_keys_owner',
    'user_id',
    'created_at',
    'id',
    'revoked_at',
    'expires_at',
    'name_folded',
    'prefix_folded',
  ),
  index('api_keys', 'api_keys_owner_status', 'user_id', 'revoked_at', 'expires_at', 'created_at', 'id'),
  index(
    'api_keys',
    'api_keys_day_name',
    'created_day',
    'name_folded',
    'created_at',
    'id',
    'revoked_at',
    'expires_at',
    'user_id',
  ),
  index('api_keys', 'api_keys_day_prefix', 'created_day', 'prefix_folded', 'created_at', 'id'),
  index('api_keys', 'api_keys_day_status', 'created_day', 'revoked_at', 'expires_at', 'created_at', 'id'),
  index(
    'api_keys',
    'api_keys_last_use',
    'last_used_at',
    'created_at',
    'id',
    'user_id',
    'expires_at',
    'revoked_at',
  ),
  index('users', 'users_name', 'name_folded', 'created_at', 'id', 'role', 'status'),
  index('users', 'users_email_newest', 'email', 'created_at', 'id', 'role', 'status'),
  index('users', 'users_role_newest', 'role', 'status', 'created_at', 'id'),
  index('users', 'users_status_newest', 'status', 'created_at', 'id'),
];

const OLD_INDEXES = [
  index('api_keys', 'api_keys_created_at_id', 'created_at', 'id'),
  index('api_keys', 'api_keys_user_id', 'user_id', 'created_at', 'id'),
  index('api_keys', 'api_keys_figures', 'last_used_at', 'created_at', 'expires_at', 'revoked_at'),
  index('users', 'users_role_status', 'role', 'status', 'id'),
];

/**
 * Adds indexes that make lists, searches and filters as fast with a million keys as with a thousand. Several indexes
 * begin with the day of creation, so that a list can be read day by day, newest first.
 */
export class Lists1764000200000 implements Migration {
  readonly name = 'Lists1764000200000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    await resizeNames(queryRunner, NAME_LENGTH);
    await addCreatedDay(queryRunner);
    await changeIndexes(queryRunner, NEW_INDEXES, OLD_INDEXES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await changeIndexes(queryRunner, OLD_INDEXES, NEW_INDEXES);
    await dropCreatedDay(queryRunner);
    await resizeNames(queryRunner, OLD_NAME_LENGTH);
  }
}

async function resizeNames(runner: QueryRunner, length: number): Promise<void> {
  const { schema } = dialectOf(runner);
  for (const table of TABLES) await schema.resizeText(runner, table, 'name_folded', length);
}

async function addCreatedDay(runner: QueryRunner): Promise<void> {
  const { schema } = dialectOf(runner);
  const { table, name, expression } = CREATED_DAY;
  if (!(await schema.hasColumn(runner, table, name)))
    await runner.query(`ALTER TABLE ${table} ADD COLUMN ${name} date AS (${expression}) VIRTUAL`);
  await createMetadata(runner);
  await deleteMetadata(runner);
  await runner.query(
    `INSERT INTO ${METADATA} (${names(runner, 'type', 'schema', 'table', 'name', 'value')})
     VALUES ('GENERATED_COLUMN', ${schema.metadata.schema}, ?, ?, ?)`,
    [table, name, expression],
  );
}

async function dropCreatedDay(runner: QueryRunner): Promise<void> {
  const { table, name } = CREATED_DAY;
  if (await runner.hasTable(METADATA)) await deleteMetadata(runner);
  if (await dialectOf(runner).schema.hasColumn(runner, table, name))
    await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
}

/**
 * Creates the table `typeorm_metadata` if it doesn't exist. TypeORM creates this table only when entities are
 * registered, but a server runs its migrations before it registers entities.
 */
async function createMetadata(runner: QueryRunner): Promise<void> {
  if (await runner.hasTable(METADATA)) return;
  const { metadata } = dialectOf(runner).schema;
  const optional = ['database', 'schema', 'table', 'name'].map(
    (name) => `${names(runner, name)} ${metadata.name} NULL`,
  );
  await runner.query(
    `CREATE TABLE ${METADATA} (${names(runner, 'type')} ${metadata.name} NOT NULL,
     ${optional.join(', ')}, ${names(runner, 'value')} ${metadata.value} NULL)`,
  );
}

async function deleteMetadata(runner: QueryRunner): Promise<void> {
  const { table, name } = CREATED_DAY;
  await runner.query(
    `DELETE FROM ${METADATA} WHERE ${names(runner, 'table')} = ? AND ${names(runner, 'name')} = ?`,
    [table, name],
  );
}

const names = (runner: QueryRunner, ...columns: string[]): string =>
  columns.map((column) => runner.connection.driver.escape(column)).join(', ');

/** Creates the new indexes before it drops the old ones, so that lists always have an index to use. */
async function changeIndexes(
  runner: QueryRunner,
  create: readonly ListIndex[],
  drop: readonly ListIndex[],
): Promise<void> {
  const { schema } = dialectOf(runner);
  for (const table of TABLES) {
    const isOfTable = (index: ListIndex) => index.table === table;
    const changes = {
      create: create.filter(isOfTable),
      drop: drop.filter(isOfTable).map(({ name }) => name),
    };
    await schema.changeIndexes(runner, table, changes, CREATED_DAY);
  }
}
