import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { columns } from '../../database/index.js';

/** The number of requests with one API key in one hour, by outcome. */
@Entity({ name: 'usage_hours' })
@Index('usage_hours_hour', ['hour', 'apiKeyId', 'accepted', 'limited', 'denied'])
export class UsageHourEntity {
  @ForeignKey('ApiKeyEntity', 'id', { name: 'usage_hours_api_key' })
  @PrimaryColumn(columns.text(12, 'api_key_id'))
  apiKeyId!: string;

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
