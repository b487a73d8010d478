import type { QueryRunner } from 'typeorm';
import type { IndexDefinition, SchemaDialect } from './schema-dialect.js';

const BINARY = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

export class MysqlSchemaDialect implements SchemaDialect {
  /** Caution: by default, MySQL ignores case and accents when it compares text. */
  readonly textOptions = { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
  readonly timeOptions = { precision: 3 };
  readonly flagType = 'tinyint';
  readonly addedTime = 'datetime(3) NULL';
  /** On MySQL, TypeORM stores the name of the database in the column `schema`. */
  readonly metadata = { name: `varchar(255) ${BINARY}`, value: `text ${BINARY}`, schema: 'DATABASE()' };

  addedText(length: number): string {
    return `varchar(${length}) ${BINARY} NULL`;
  }

  async resizeText(runner: QueryRunner, table: string, column: string, length: number): Promise<void> {
    const oldLength = (await runner.getTable(table))?.findColumnByName(column)?.length;
    if (oldLength === String(length)) return;
    await runner.query(`ALTER TABLE ${table} MODIFY ${column} varchar(${length}) ${BINARY} NOT NULL`);
  }

  async hasColumn(runner: QueryRunner, table: string, column: string): Promise<boolean> {
    const rows = (await runner.query(
      `SELECT COLUMN_NAME FROM information_schema.COLUMNS
       WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME = ?`,
      [table, column],
    )) as unknown[];
    return rows.length > 0;
  }

  /** Makes all changes in one statement, so that MySQL reads the table only once. */
  async changeIndexes(
    runner: QueryRunner,
    table: string,
    { create, drop }: { readonly create: readonly IndexDefinition[]; readonly drop: readonly string[] },
  ): Promise<void> {
    const rows = (await runner.query(
      `SELECT INDEX_NAME AS name FROM information_schema.STATISTICS
       WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?`,
      [table],
    )) as { name: string }[];
    const existing = new Set(rows.map(({ name }) => name));
    const changes = [
      ...create
        .filter(({ name }) => !existing.has(name))
        .map(({ name, columns }) => `ADD INDEX ${name} (${columns.join(', ')})`),
      ...drop.filter((name) => existing.has(name)).map((name) => `DROP INDEX ${name}`),
    ];
    if (changes.length > 0) await runner.query(`ALTER TABLE ${table} ${changes.join(', ')}`);
  }
}
