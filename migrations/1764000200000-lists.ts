// Trap: TypeORM compares a generated column with what its own table `typeorm_metadata` says of it, so a migration in
// plain SQL writes that row too.
import type { QueryRunner } from 'typeorm';
import type { Migration } from './migration.js';

const METADATA = 'typeorm_metadata';
const TABLES = ['users', 'api_keys'] as const;
const CREATED_DAY = { table: 'api_keys', name: 'created_day', expression: 'date(created_at)' };
/** A name has at most 100 code points, and folding makes at most three of one. */
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

/** Each holds all that the lists which begin with it ask for, so that they read rows of their page only. */
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

const isSqlite = (runner: QueryRunner): boolean => runner.connection.options.type === 'better-sqlite3';

/**
 * What lists, searches and filters need to cost the same with a million keys as with a thousand: an index for each
 * range that is searched, most of them by the day of creation, so that a list looks through days, newest first.
 */
export class Lists1764000200000 implements Migration {
  readonly name = 'Lists1764000200000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await resizeNames(queryRunner, table, NAME_LENGTH);
    await addCreatedDay(queryRunner);
    for (const table of TABLES) await changeIndexes(queryRunner, table, NEW_INDEXES, OLD_INDEXES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await changeIndexes(queryRunner, table, OLD_INDEXES, NEW_INDEXES);
    await dropCreatedDay(queryRunner);
    for (const table of TABLES) await resizeNames(queryRunner, table, OLD_NAME_LENGTH);
  }
}

/** SQLite holds texts of any length; only what the table says of itself is changed there. */
async function resizeNames(runner: QueryRunner, table: string, length: number): Promise<void> {
  const column = (await runner.getTable(table))?.findColumnByName('name_folded');
  if (column?.length === String(length)) return;
  if (!isSqlite(runner)) {
    const text = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL';
    await runner.query(`ALTER TABLE ${table} MODIFY name_folded varchar(${length}) ${text}`);
    return;
  }
  const sized = (size: string | number) => `"name_folded" varchar(${size})`;
  await runner.query('PRAGMA writable_schema = ON');
  await runner.query("UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?", [
    sized(column?.length ?? ''),
    sized(length),
    table,
  ]);
  await runner.query('PRAGMA writable_schema = RESET');
}

async function addCreatedDay(runner: QueryRunner): Promise<void> {
  const { table, name, expression } = CREATED_DAY;
  if (!(await hasColumn(runner, table, name)))
    await runner.query(`ALTER TABLE ${table} ADD COLUMN ${name} date AS (${expression}) VIRTUAL`);
  await createMetadata(runner);
  await forgetCreatedDay(runner);
  const database = isSqlite(runner) ? 'NULL' : 'DATABASE()';
  // The column that MySQL calls schema is the database.
  await runner.query(
    `INSERT INTO ${METADATA} (${columns(runner, 'type', 'schema', 'table', 'name', 'value')})
     VALUES ('GENERATED_COLUMN', ${database}, ?, ?, ?)`,
    [table, name, expression],
  );
}

async function dropCreatedDay(runner: QueryRunner): Promise<void> {
  const { table, name } = CREATED_DAY;
  if (await runner.hasTable(METADATA)) await forgetCreatedDay(runner);
  if (await hasColumn(runner, table, name)) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
}

async function hasColumn(runner: QueryRunner, table: string, name: string): Promise<boolean> {
  const query = isSqlite(runner)
    ? 'SELECT name FROM pragma_table_xinfo(?) WHERE name = ?'
    : `SELECT COLUMN_NAME FROM information_schema.COLUMNS
       WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME = ?`;
  return ((await runner.query(query, [table, name])) as unknown[]).length > 0;
}

/** As TypeORM makes it itself where it knows the entities, which a server's start does not wait for. */
async function createMetadata(runner: QueryRunner): Promise<void> {
  if (await runner.hasTable(METADATA)) return;
  const texts = isSqlite(runner)
    ? { short: 'varchar', long: 'text' }
    : {
        short: 'varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
        long: 'text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
      };
  const optional = ['database', 'schema', 'table', 'name'].map(
    (name) => `${columns(runner, name)} ${texts.short} NULL`,
  );
  await runner.query(
    `CREATE TABLE ${METADATA} (${columns(runner, 'type')} ${texts.short} NOT NULL,
     ${optional.join(', ')}, ${columns(runner, 'value')} ${texts.long} NULL)`,
  );
}

async function forgetCreatedDay(runner: QueryRunner): Promise<void> {
  const { table, name } = CREATED_DAY;
  await runner.query(
    `DELETE FROM ${METADATA} WHERE ${columns(runner, 'table')} = ? AND ${columns(runner, 'name')} = ?`,
    [table, name],
  );
}

const columns = (runner: QueryRunner, ...names: string[]): string =>
  names.map((name) => runner.connection.driver.escape(name)).join(', ');

/** Creates those of the table that are missing, then drops the others; MySQL reads the table once for all of them. */
async function changeIndexes(
  runner: QueryRunner,
  table: string,
  wanted: readonly ListIndex[],
  unwanted: readonly ListIndex[],
): Promise<void> {
  const existing = await indexesOf(runner, table);
  const missing = wanted.filter((each) => each.table === table && !existing.has(each.name));
  const left = unwanted.filter((each) => each.table === table && existing.has(each.name));
  if (!isSqlite(runner)) {
    const changes = [
      ...missing.map(({ name, columns: of }) => `ADD INDEX ${name} (${of.join(', ')})`),
      ...left.map(({ name }) => `DROP INDEX ${name}`),
    ];
    if (changes.length > 0) await runner.query(`ALTER TABLE ${table} ${changes.join(', ')}`);
    return;
  }
  for (const { name, columns: of } of missing) {
    // SQLite finds all that it needs in an index only where that says the expression, not the generated column.
    const parts = of.map((column) => (column === CREATED_DAY.name ? CREATED_DAY.expression : column));
    await runner.query(`CREATE INDEX ${name} ON ${table} (${parts.join(', ')})`);
  }
  for (const { name } of left) await runner.query(`DROP INDEX ${name}`);
}

async function indexesOf(runner: QueryRunner, table: string): Promise<Set<string>> {
  const query = isSqlite(runner)
    ? "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
    : `SELECT INDEX_NAME AS name FROM information_schema.STATISTICS
       WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?`;
  const rows = (await runner.query(query, [table])) as { name: string }[];
  return new Set(rows.map(({ name }) => name));
}
