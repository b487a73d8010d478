import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What happened with a key in one hour. */
@Entity({ name: 'usage_hours' })
@Index('usage_hours_totals', ['hour', 'accepted', 'limited', 'denied'])
export class UsageHourEntity {
  @ForeignKey('ApiKeyEntity', 'id', { name: 'usage_hours_api_key' })
  @PrimaryColumn({ name: 'api_key_id', type: 'varchar', length: 12 })
  apiKeyId!: string;

  /** Whole hours since 1970 in UTC. */
  @PrimaryColumn({ type: 'integer' })
  hour!: number;

  @Column({ type: 'bigint' })
  accepted!: number | string;

  @Column({ type: 'bigint' })
  limited!: number | string;

  @Column({ type: 'bigint' })
  denied!: number | string;
}
