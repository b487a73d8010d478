import type { MigrationInterface } from 'typeorm';

/** A step of the schema, kept in the `migrations` table by its name. */
export interface Migration extends MigrationInterface {
  readonly name: string;
  /** The oldest build (version in package.json) that can run with what this migration leaves; kept in the database. */
  readonly oldestBuild: string;
}

/** Migrations in the order in which they run. */
export type Migrations = readonly (new () => Migration)[];
