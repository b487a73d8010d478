import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { columns } from '../../database/index.js';

/**
 * The number of requests with all API keys of one user in one hour, by outcome. When a key is removed, the requests with
 * it stay counted here.
 */
@Entity({ name: 'user_usage_hours' })
@Index('user_usage_hours_hour', ['hour', 'userId', 'accepted', 'limited', 'denied'])
export class UserUsageHourEntity {
  @PrimaryColumn(columns.text(36, 'user_id'))
  userId!: string;

  /** The number of whole hours since the start of 1970 in UTC. */
  @PrimaryColumn(columns.integer())
  hour!: number;

  @Column(columns.counter())
  accepted!: number;

  @Column(columns.counter())
  limited!: number;

  @Column(columns.counter())
  denied!: number;
}
