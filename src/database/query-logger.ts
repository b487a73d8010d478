// Trap: even with logging switched off TypeORM prints slow queries, parameters (hashes, addresses) included.
import { Logger } from '@nestjs/common';
import type { Logger as TypeOrmLogger } from 'typeorm';

/** Tells of slow queries without what was asked for, and of nothing else: failures are reported by their callers. */
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
