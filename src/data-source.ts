import 'reflect-metadata';
import { MIGRATIONS } from '../migrations/index.js';
import { InstanceEntity } from './modules/instances/index.js';
import { loadDotEnv, parseEnv } from './settings/index.js';
import { databaseOptions, MigrationRequirementEntity, SchemaDataSource } from './database/index.js';
import { InvalidationClockEntity, InvalidationFeedEntity } from './invalidation/index.js';
import { ApiKeyEntity, IdempotencyRecordEntity } from './modules/api-keys/index.js';
import { SessionEntity } from './modules/auth/index.js';
import { UsageHourEntity, UserUsageHourEntity } from './modules/usage/index.js';
import { UserEntity } from './modules/users/index.js';

/**
 * All entities, for the migration commands and for the test that compares the entities with the migrated schema. In the
 * server, each module registers its own entities.
 */
export const ENTITIES = [
  MigrationRequirementEntity,
  InvalidationClockEntity,
  InvalidationFeedEntity,
  UserEntity,
  SessionEntity,
  ApiKeyEntity,
  IdempotencyRecordEntity,
  UsageHourEntity,
  UserUsageHourEntity,
  InstanceEntity,
];

loadDotEnv();

export default new SchemaDataSource(
  databaseOptions(parseEnv(process.env), 'migrations', { entities: ENTITIES, migrations: MIGRATIONS }),
);
