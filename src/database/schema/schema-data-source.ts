import { DataSource, type Migration as ExecutedMigration } from 'typeorm';
import { checkCompatibility } from './build-compatibility.js';
import type { Migration } from './migration.js';

const REQUIREMENTS = 'migration_requirements';

/**
 * The connection for migrations. A server uses it at startup, commands use it to check the schema, and TypeORM's
 * command line uses it to run and revert migrations.
 */
export class SchemaDataSource extends DataSource {
  /**
   * Runs the pending migrations, and records for each of them the oldest build that is compatible with it.
   * Throws an error if the database has an unknown migration that requires a newer build. Logs a warning for other
   * unknown migrations, so that an older build can run beside a newer one or after a rollback.
   */
  override async runMigrations(
    ...options: Parameters<DataSource['runMigrations']>
  ): Promise<ExecutedMigration[]> {
    await this.checkUnknownMigrations();
    const ran = await super.runMigrations(...options);
    await this.storeRequirements();
    // This update changes no value. It makes startup fail on a read-only database server even if there was nothing to
    // migrate.
    await this.query('UPDATE change_clock SET seq = seq');
    return ran;
  }

  override async undoLastMigration(...options: Parameters<DataSource['undoLastMigration']>): Promise<void> {
    await super.undoLastMigration(...options);
    if (!(await this.hasTable(REQUIREMENTS))) return;
    const executed = await this.executedNames();
    const stored = await this.requirements();
    for (const name of stored.keys())
      if (!executed.includes(name))
        await this.query(`DELETE FROM ${REQUIREMENTS} WHERE migration = ?`, [name]);
  }

  /**
   * Throws an error if the database lacks a migration of this build or has an unknown migration. The error explains the
   * fix. Does not change the database.
   */
  async assertCurrent(): Promise<void> {
    const [known, executed] = [this.knownNames(), await this.executedNames()];
    const [missing, unknown] = [without(known, executed), without(executed, known)];
    if (unknown.length > 0)
      throw new Error(
        `The database was changed by a newer build (${unknown.join(', ')}). Run the command from that build.`,
      );
    if (missing.length > 0)
      throw new Error(
        `The database is missing these migrations: ${missing.join(', ')}. Start the server from this build first.`,
      );
  }

  private async checkUnknownMigrations(): Promise<void> {
    const unknown = without(await this.executedNames(), this.knownNames());
    if (unknown.length === 0) return;
    checkCompatibility(unknown, await this.requirements());
  }

  private async storeRequirements(): Promise<void> {
    const stored = await this.requirements();
    for (const { name, oldestBuild } of this.migrations as Migration[]) {
      if (stored.has(name)) continue;
      const values = [name, oldestBuild];
      await this.query(`INSERT INTO ${REQUIREMENTS} (migration, oldest_build) VALUES (?, ?)`, values);
    }
  }

  private knownNames(): string[] {
    return (this.migrations as Migration[]).map(({ name }) => name);
  }

  private async executedNames(): Promise<string[]> {
    if (!(await this.hasTable('migrations'))) return [];
    const rows: { name: string }[] = await this.query('SELECT name FROM migrations ORDER BY id');
    return rows.map(({ name }) => name);
  }

  private async requirements(): Promise<Map<string, string>> {
    if (!(await this.hasTable(REQUIREMENTS))) return new Map();
    const rows: { migration: string; oldest_build: string }[] = await this.query(
      `SELECT migration, oldest_build FROM ${REQUIREMENTS}`,
    );
    return new Map(rows.map(({ migration, oldest_build }) => [migration, oldest_build]));
  }

  private async hasTable(name: string): Promise<boolean> {
    const runner = this.createQueryRunner();
    try {
      return await runner.hasTable(name);
    } finally {
      await runner.release();
    }
  }
}

const without = (names: readonly string[], others: readonly string[]): string[] =>
  names.filter((name) => !others.includes(name));
