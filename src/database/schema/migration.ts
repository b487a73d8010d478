import type { MigrationInterface } from 'typeorm';

/** A change of the schema. TypeORM stores its name in the table `migrations`, so a released name must not change. */
export interface Migration extends MigrationInterface {
  readonly name: string;
  /** The oldest build (version in package.json) that can run with the migrated schema. It is stored in the database. */
  readonly oldestBuild: string;
}

/** Migrations in the order in which they run. */
export type Migrations = readonly (new () => Migration)[];
