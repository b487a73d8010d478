import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row with the last number of the feed. Its lock makes the order of the numbers the order of the commits. */
@Entity({ name: 'change_clock' })
export class InvalidationClockEntity {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'bigint' })
  seq!: string;
}

/** A committed invalidation. Numbers have no gaps until old rows are pruned. */
@Entity({ name: 'change_feed' })
export class InvalidationFeedEntity {
  @PrimaryColumn({ type: 'bigint' })
  seq!: string;

  @Column({ type: 'varchar', length: 16 })
  subject!: string;

  @Column({ name: 'subject_id', type: 'varchar', length: 36 })
  subjectId!: string;
}
