import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

@Entity({ name: 'api_keys' })
@Index('api_keys_newest', ['createdAt', 'id', 'userId'])
@Index('api_keys_owner', [
  'userId',
  'createdAt',
  'id',
  'revokedAt',
  'expiresAt',
  'nameFolded',
  'prefixFolded',
])
@Index('api_keys_owner_status', ['userId', 'revokedAt', 'expiresAt', 'createdAt', 'id'])
@Index('api_keys_last_use', ['lastUsedAt', 'createdAt', 'id', 'userId', 'expiresAt', 'revokedAt'])
// On SQLite these indexes start with an expression, which TypeORM cannot compare with the entity.
@Index('api_keys_day_name', { synchronize: false })
@Index('api_keys_day_prefix', { synchronize: false })
@Index('api_keys_day_status', { synchronize: false })
export class ApiKeyEntity {
  /** The id inside the key. Case-sensitive. */
  @PrimaryColumn({ type: 'varchar', length: 12 })
  id!: string;

  @ForeignKey('UserEntity', 'id', { name: 'api_keys_user' })
  @Column({ name: 'user_id', type: 'varchar', length: 36 })
  userId!: string;

  @Column({ type: 'varchar', length: 16 })
  prefix!: string;

  /** `<prefix>_<id>` in the form that searches compare. Only the repository writes it. */
  @Column({ name: 'prefix_folded', type: 'varchar', length: 29 })
  prefixFolded!: string;

  @Column({ type: 'varchar', length: 400 })
  name!: string;

  /** The name in the form that searches compare. Only the repository writes it. */
  @Column({ name: 'name_folded', type: 'varchar', length: 300 })
  nameFolded!: string;

  /** The bcrypt hash of the complete key. */
  @Column({ type: 'varchar', length: 60 })
  hash!: string;

  @Column({ name: 'created_at', type: 'datetime' })
  createdAt!: Date;

  /** The day of creation in UTC, for indexes. Only queries use it. */
  @Column({
    name: 'created_day',
    type: 'date',
    asExpression: 'date(created_at)',
    generatedType: 'VIRTUAL',
    nullable: true,
    select: false,
    insert: false,
    update: false,
  })
  readonly createdDay?: never;

  @Index('api_keys_created_by_key_id')
  @Column({ name: 'created_by_key_id', type: 'varchar', length: 12, nullable: true })
  createdByKeyId!: string | null;

  /** The key above the one that created this key, if that one was removed. */
  @Index('api_keys_adopted_by_key_id')
  @Column({ name: 'adopted_by_key_id', type: 'varchar', length: 12, nullable: true })
  adoptedByKeyId!: string | null;

  @Column({ name: 'expires_at', type: 'datetime', nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'datetime', nullable: true })
  revokedAt!: Date | null;

  @Column({ name: 'revoked_reason', type: 'varchar', length: 800, nullable: true })
  revokedReason!: string | null;

  @Column({ name: 'last_used_at', type: 'datetime', nullable: true })
  lastUsedAt!: Date | null;

  @Column({ name: 'last_used_from', type: 'varchar', length: 45, nullable: true })
  lastUsedFrom!: string | null;
}
