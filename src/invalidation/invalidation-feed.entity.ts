import { Column, Entity, PrimaryColumn } from 'typeorm';
import { columns } from '../database/index.js';

/**
 * A table with a single row, which contains the highest sequence number in the feed. Each transaction locks this row to
 * get its numbers, so transactions commit in the order of their numbers.
 */
@Entity({ name: 'change_clock' })
export class InvalidationClockEntity {
  @PrimaryColumn(columns.integer())
  id!: number;

  @Column(columns.counter())
  seq!: number;
}

/** A committed invalidation. The sequence numbers have no gaps, but the oldest rows are deleted. */
@Entity({ name: 'change_feed' })
export class InvalidationFeedEntity {
  @PrimaryColumn(columns.counter())
  seq!: number;

  @Column(columns.text(16))
  subject!: string;

  @Column(columns.text(36, 'subject_id'))
  subjectId!: string;
}
