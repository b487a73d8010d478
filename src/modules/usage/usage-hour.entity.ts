import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { columns } from '../../database/index.js';

/** The requests with one key in one hour. */
@Entity({ name: 'usage_hours' })
@Index('usage_hours_totals', ['hour', 'accepted', 'limited', 'denied'])
export class UsageHourEntity {
  @ForeignKey('ApiKeyEntity', 'id', { name: 'usage_hours_api_key' })
  @PrimaryColumn(columns.text(12, 'api_key_id'))
  apiKeyId!: string;

  /** Whole hours since 1970 in UTC. */
  @PrimaryColumn(columns.integer())
  hour!: number;

  @Column(columns.counter())
  accepted!: number;

  @Column(columns.counter())
  limited!: number;

  @Column(columns.counter())
  denied!: number;
}
