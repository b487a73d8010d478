// Caution: MySQL commits every DDL statement immediately, so an interrupted migration stays half done. Each step first
// checks what already exists, so that the whole migration can run again at the next startup or revert.
import { TableIndex, type QueryRunner, type Table, type TableIndexOptions } from 'typeorm';

/** Creates the table with its indexes and foreign keys if it doesn't exist. */
export const createTable = (runner: QueryRunner, table: Table): Promise<void> =>
  runner.createTable(table, true);

/** Drops the table if it exists. */
export const dropTable = (runner: QueryRunner, name: string): Promise<void> => runner.dropTable(name, true);

/** Creates the index if the table has no index with this name. */
export async function createIndex(
  runner: QueryRunner,
  tableName: string,
  index: TableIndexOptions & { name: string },
): Promise<void> {
  const table = await find(runner, tableName);
  if (!table.indices.some(({ name }) => name === index.name))
    await runner.createIndex(table, new TableIndex(index));
}

/** Drops the index if it exists. */
export async function dropIndex(runner: QueryRunner, tableName: string, name: string): Promise<void> {
  const table = await find(runner, tableName);
  if (table.indices.some((index) => index.name === name)) await runner.dropIndex(table, name);
}

async function find(runner: QueryRunner, name: string): Promise<Table> {
  const table = await runner.getTable(name);
  if (!table) throw new Error(`The table ${name} does not exist`);
  return table;
}
