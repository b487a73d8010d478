import type { DataSource } from 'typeorm';
import type { Dialect } from './dialect.js';
import { MysqlDialect } from './mysql.dialect.js';
import { SqliteDialect } from './sqlite.dialect.js';

const SQLITE = new SqliteDialect();
const MYSQL = new MysqlDialect();

/** Returns the dialect for the database of an entity manager, a query builder or a query runner. */
export const dialectOf = ({ connection }: { readonly connection: Pick<DataSource, 'options'> }): Dialect =>
  connection.options.type === 'better-sqlite3' ? SQLITE : MYSQL;
