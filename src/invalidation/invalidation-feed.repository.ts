// Caution: with AUTO_INCREMENT, transactions may commit in a different order than their numbers. A reader that continues
// after the highest number it has seen would then miss rows. So every transaction takes its numbers from a single row,
// and locks this row until it commits.
import { Injectable } from '@nestjs/common';
import { LessThan, MoreThan } from 'typeorm';
import { Database, SYSTEM_AUTHOR, type Transaction } from '../database/index.js';
import { InvalidationClockEntity, InvalidationFeedEntity } from './invalidation-feed.entity.js';
import type { Invalidation } from './invalidation.js';

/** The maximum number of rows per INSERT, because databases limit the number of parameters of a statement. */
const ROWS_PER_STATEMENT = 1_000;

/** A row of the feed. */
export interface SequencedInvalidation extends Invalidation {
  readonly seq: number;
}

/** Stores invalidations for other instances. */
@Injectable()
export class InvalidationFeedRepository {
  constructor(private readonly database: Database) {}

  /**
   * Appends invalidations to the feed. Call this as late as possible in a transaction, because it locks a row that
   * other transactions need.
   */
  async append({ manager }: Transaction, invalidations: readonly Invalidation[]): Promise<void> {
    await manager.increment(InvalidationClockEntity, { id: 1 }, 'seq', invalidations.length);
    const clock = await manager.findOneByOrFail(InvalidationClockEntity, { id: 1 });
    const first = clock.seq - invalidations.length + 1;
    const rows = invalidations.map(({ subject, id }, index) => ({
      seq: first + index,
      subject,
      subjectId: id,
    }));
    for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
      await manager.insert(InvalidationFeedEntity, rows.slice(start, start + ROWS_PER_STATEMENT));
    }
  }

  /** Returns at most `count` rows with a sequence number greater than `seq`, in ascending order. */
  async findAfter(seq: number, count: number): Promise<SequencedInvalidation[]> {
    const rows = await this.database.read((manager) =>
      manager.find(InvalidationFeedEntity, {
        where: { seq: MoreThan(seq) },
        order: { seq: 'ASC' },
        take: count,
      }),
    );
    return rows.map(({ seq, subject, subjectId }) => ({ seq, subject, id: subjectId }));
  }

  async lastNumber(): Promise<number> {
    const clock = await this.database.read((manager) =>
      manager.findOneByOrFail(InvalidationClockEntity, { id: 1 }),
    );
    return clock.seq;
  }

  /** Deletes all rows with a sequence number less than `seq`. */
  async deleteBefore(seq: number): Promise<void> {
    await this.database.write(SYSTEM_AUTHOR, ({ manager }) =>
      manager.delete(InvalidationFeedEntity, { seq: LessThan(seq) }),
    );
  }
}
