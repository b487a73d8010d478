import type { MigrationInterface } from 'typeorm';

/** A step of the schema. The `migrations` table keeps its name. */
export interface Migration extends MigrationInterface {
  readonly name: string;
  /** The oldest build (version in package.json) that can run with the migrated schema. Kept in the database. */
  readonly oldestBuild: string;
}

/** Migrations in the order in which they run. */
export type Migrations = readonly (new () => Migration)[];
