import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { columns } from '../../../database/index.js';

@Entity({ name: 'sessions' })
@Index('sessions_user_id', ['userId', 'createdAt', 'id'])
export class SessionEntity {
  @PrimaryColumn(columns.text(36))
  id!: string;

  @ForeignKey('UserEntity', 'id', { name: 'sessions_user' })
  @Column(columns.text(36, 'user_id'))
  userId!: string;

  /** The SHA-256 hash of the token in hex. The token itself is only in the cookie. */
  @Index('sessions_token_hash', { unique: true })
  @Column(columns.text(64, 'token_hash'))
  tokenHash!: string;

  @Column(columns.time('created_at'))
  createdAt!: Date;

  @Column(columns.time('last_seen_at'))
  lastSeenAt!: Date;

  @Column(columns.text(45))
  address!: string;

  @Column({ ...columns.text(400, 'user_agent'), nullable: true })
  userAgent!: string | null;
}
