import type { QueryRunner } from 'typeorm';
import type { GeneratedColumn, IndexDefinition, SchemaDialect } from './schema-dialect.js';

export class SqliteSchemaDialect implements SchemaDialect {
  /** SQLite needs no options, because it compares text byte by byte and stores times as text with milliseconds. */
  readonly textOptions = {};
  readonly timeOptions = {};
  readonly flagType = 'boolean';
  readonly addedTime = 'datetime';
  readonly metadata = { name: 'varchar', value: 'text', schema: 'NULL' };

  addedText(length: number): string {
    return `varchar(${length})`;
  }

  /** Changes only the stored definition of the table, because SQLite doesn't limit the length of text. */
  async resizeText(runner: QueryRunner, table: string, column: string, length: number): Promise<void> {
    const oldLength = (await runner.getTable(table))?.findColumnByName(column)?.length;
    if (oldLength === String(length)) return;
    const columnDefinition = (size: string | number) => `"${column}" varchar(${size})`;
    await runner.query('PRAGMA writable_schema = ON');
    await runner.query(
      "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
      [columnDefinition(oldLength ?? ''), columnDefinition(length), table],
    );
    await runner.query('PRAGMA writable_schema = RESET');
  }

  async hasColumn(runner: QueryRunner, table: string, column: string): Promise<boolean> {
    const rows = (await runner.query('SELECT name FROM pragma_table_xinfo(?) WHERE name = ?', [
      table,
      column,
    ])) as unknown[];
    return rows.length > 0;
  }

  async changeIndexes(
    runner: QueryRunner,
    table: string,
    { create, drop }: { readonly create: readonly IndexDefinition[]; readonly drop: readonly string[] },
    generated?: GeneratedColumn,
  ): Promise<void> {
    const rows = (await runner.query("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?", [
      table,
    ])) as { name: string }[];
    const existing = new Set(rows.map(({ name }) => name));
    for (const { name, columns } of create.filter((index) => !existing.has(index.name))) {
      // SQLite can use the index as a covering index only if the index contains the expression instead of the generated
      // column.
      const parts = columns.map((column) => (column === generated?.name ? generated.expression : column));
      await runner.query(`CREATE INDEX ${name} ON ${table} (${parts.join(', ')})`);
    }
    for (const name of drop.filter((each) => existing.has(each))) await runner.query(`DROP INDEX ${name}`);
  }
}
