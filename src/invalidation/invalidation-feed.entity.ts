import { Column, Entity, PrimaryColumn } from 'typeorm';
import { columns } from '../database/index.js';

/**
 * The table with a single row that contains the last number of the feed. The lock on this row makes transactions commit
 * in the order of their numbers.
 */
@Entity({ name: 'change_clock' })
export class InvalidationClockEntity {
  @PrimaryColumn(columns.integer())
  id!: number;

  @Column(columns.counter())
  seq!: number;
}

/** A committed invalidation. The numbers have no gaps, except where old rows were deleted. */
@Entity({ name: 'change_feed' })
export class InvalidationFeedEntity {
  @PrimaryColumn(columns.counter())
  seq!: number;

  @Column(columns.text(16))
  subject!: string;

  @Column(columns.text(36, 'subject_id'))
  subjectId!: string;
}
