// Caution: even if logging is off, TypeORM's own logger prints slow queries with their parameters, for example hashes and
// addresses.
import { Logger } from '@nestjs/common';
import type { Logger as TypeOrmLogger } from 'typeorm';

/** Logs slow queries without their parameters. Failed queries are not logged here, because callers log them. */
export class QueryLogger implements TypeOrmLogger {
  private readonly logger = new Logger('Database');

  logQuerySlow(durationMs: number, query: string): void {
    this.logger.warn(`A query took ${durationMs} ms: ${query.slice(0, 200)}`);
  }

  logQuery(): void {}
  logQueryError(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}
