import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { columns } from '../../../database/index.js';

/** Records that a request with an `Idempotency-Key` has created a key, so that a retry creates no second key. */
@Entity({ name: 'idempotency_records' })
export class IdempotencyRecordEntity {
  @ForeignKey('UserEntity', 'id', { name: 'idempotency_records_user' })
  @PrimaryColumn(columns.text(36, 'user_id'))
  userId!: string;

  @PrimaryColumn(columns.text(255, 'idempotency_key'))
  idempotencyKey!: string;

  /** The SHA-256 hash of the request, in hexadecimal. */
  @Column(columns.text(64, 'request_hash'))
  requestHash!: string;

  @Column(columns.text(12, 'api_key_id'))
  apiKeyId!: string;

  @Column(columns.time('created_at'))
  createdAt!: Date;
}
