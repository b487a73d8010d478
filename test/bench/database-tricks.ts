import 'reflect-metadata';
import Sqlite from 'libsql';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { madeId } from './made-keys.js';
import type { Trick } from './operations.js';

const ID = madeId(1);
const CREATED_AT = '2026-01-05 09:30:00.000';

const entityOf = async (file: string, name: string): Promise<new () => object> => {
  const module = (await import(new URL(`../src/modules/${file}`, import.meta.url).href)) as Record<
    string,
    unknown
  >;
  return module[name] as new () => object;
};

/** A database with one user and one key. */
export async function openDatabase(database: string): Promise<DataSource> {
  const entities = [
    await entityOf('api-keys/api-key.entity.js', 'ApiKeyEntity'),
    await entityOf('users/user.entity.js', 'UserEntity'),
  ];
  const source = new DataSource({
    type: 'better-sqlite3',
    driver: Sqlite,
    database,
    entities,
    synchronize: true,
  });
  await source.initialize();
  await source.query(
    `INSERT INTO users (id, email, name, name_folded, role, status, password_hash, password_is_temporary, created_at, updated_at)
     VALUES ('user', 'ada@example.com', 'Ada', 'ada', 'standard', 'active', '', 0, ?1, ?1)`,
    [CREATED_AT],
  );
  await source.query(
    `INSERT INTO api_keys (id, user_id, prefix, prefix_folded, name, name_folded, hash, created_at)
     VALUES (?1, 'user', 'chm', ?1, 'Key', 'key', ?2, ?3)`,
    [ID, '$2b$04$'.padEnd(60, 'x'), CREATED_AT],
  );
  return source;
}

/** Measures what a request would cost if it queried the database. */
export function queries(source: DataSource): Trick[] {
  const keys = source.getRepository('ApiKeyEntity');
  const users = source.getRepository('UserEntity');
  const cache = new LRUCache<string, object>({ max: 200_000 });
  cache.set(ID, {});
  return [
    {
      what: 'Hash of a key: SQL vs. query builder (SQLite)',
      service: () => source.manager.query('SELECT hash FROM api_keys WHERE id = ?', [ID]),
      plain: () =>
        keys.createQueryBuilder('key').select('key.hash').where('key.id = :id', { id: ID }).getOne(),
    },
    {
      what: 'Rights of a key: cached vs. from the key and its owner (SQLite)',
      service: () => cache.get(ID),
      plain: async () => [await keys.findOneBy({ id: ID }), await users.findOneBy({ id: 'user' })],
    },
  ];
}
