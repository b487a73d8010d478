import { Column, Entity, PrimaryColumn, type EntityManager } from 'typeorm';
import type { Change } from './changes.js';

/** The one row that hands out numbers; its lock makes their order the order of the commits. */
@Entity({ name: 'change_clock' })
export class ChangeClockEntity {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'bigint' })
  seq!: string;
}

/** A committed change. Numbers have no gaps until old ones are cleared away. */
@Entity({ name: 'change_feed' })
export class ChangeFeedEntity {
  @PrimaryColumn({ type: 'bigint' })
  seq!: string;

  @Column({ type: 'varchar', length: 16 })
  subject!: Change['subject'];

  @Column({ name: 'subject_id', type: 'varchar', length: 36 })
  subjectId!: string;
}

/** Rows a statement: databases bound how many parameters one may have. */
const ROWS_A_STATEMENT = 1_000;

/** Writes changes to the feed as the last thing of their transaction, since others wait for the number's row. */
export async function appendToFeed(manager: EntityManager, changes: readonly Change[]): Promise<void> {
  await manager.increment(ChangeClockEntity, { id: 1 }, 'seq', changes.length);
  const clock = await manager.findOneByOrFail(ChangeClockEntity, { id: 1 });
  const last = Number(clock.seq);
  const rows = changes.map(({ subject, id }, index) => ({
    seq: String(last - changes.length + 1 + index),
    subject,
    subjectId: id,
  }));
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    await manager.insert(ChangeFeedEntity, rows.slice(start, start + ROWS_A_STATEMENT));
  }
}
