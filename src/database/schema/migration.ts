import type { MigrationInterface } from 'typeorm';

/**
 * A change of the database schema. TypeORM stores the name of each migration in the table `migrations`, so the name of
 * a released migration must not change.
 */
export interface Migration extends MigrationInterface {
  readonly name: string;
  /**
   * The oldest build (version in package.json) that can run with the migrated schema. It is stored in the table
   * `migration_requirements`.
   */
  readonly oldestBuild: string;
}

/** Migration classes in the order in which they run. */
export type Migrations = readonly (new () => Migration)[];
