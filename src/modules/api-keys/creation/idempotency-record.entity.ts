import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A key that was created with an `Idempotency-Key`, so that the same request creates no second key. */
@Entity({ name: 'idempotency_records' })
export class IdempotencyRecordEntity {
  @ForeignKey('UserEntity', 'id', { name: 'idempotency_records_user' })
  @PrimaryColumn({ name: 'user_id', type: 'varchar', length: 36 })
  userId!: string;

  @PrimaryColumn({ name: 'idempotency_key', type: 'varchar', length: 255 })
  idempotencyKey!: string;

  /** SHA-256 of the request, in hex. */
  @Column({ name: 'request_hash', type: 'varchar', length: 64 })
  requestHash!: string;

  @Column({ name: 'api_key_id', type: 'varchar', length: 12 })
  apiKeyId!: string;

  @Column({ name: 'created_at', type: 'datetime' })
  createdAt!: Date;
}
