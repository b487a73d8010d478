import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { columns } from '../../database/index.js';

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
@Index('api_keys_owner_last_use', [
  'userId',
  'lastUsedAt',
  'createdAt',
  'id',
  'revokedAt',
  'expiresAt',
  'nameFolded',
  'prefixFolded',
])
@Index('api_keys_children', ['createdByKeyId', 'createdAt', 'id'])
@Index('api_keys_last_use', ['lastUsedAt', 'createdAt', 'id', 'userId', 'expiresAt', 'revokedAt'])
// On SQLite, these three indexes start with an expression. TypeORM can't compare expressions with the entity, so it
// must ignore these indexes.
@Index('api_keys_day_name', { synchronize: false })
@Index('api_keys_day_prefix', { synchronize: false })
@Index('api_keys_day_status', { synchronize: false })
export class ApiKeyEntity {
  /** The id is part of the key itself. It is case-sensitive. */
  @PrimaryColumn(columns.text(12))
  id!: string;

  @ForeignKey('UserEntity', 'id', { name: 'api_keys_user' })
  @Column(columns.text(36, 'user_id'))
  userId!: string;

  @Column(columns.text(16))
  prefix!: string;

  /**
   * The first characters of the key, `<prefix>_<id>`, case-folded for searches. Only the repository writes this
   * column.
   */
  @Column(columns.text(29, 'prefix_folded'))
  prefixFolded!: string;

  @Column(columns.text(400))
  name!: string;

  /** The name, case-folded for searches. Only the repository writes this column. */
  @Column(columns.text(300, 'name_folded'))
  nameFolded!: string;

  @Column({ ...columns.text(2_000), nullable: true })
  description!: string | null;

  /** The bcrypt hash of the complete key. */
  @Column(columns.text(60))
  hash!: string;

  @Column(columns.time('created_at'))
  createdAt!: Date;

  /** The day of creation in UTC. The database generates this column for its indexes. Entities are loaded without it. */
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

  @Column({ ...columns.text(12, 'created_by_key_id'), nullable: true })
  createdByKeyId!: string | null;

  /**
   * The id of the key that became the parent of this key after the key that created it was removed. Otherwise `null`.
   */
  @Index('api_keys_adopted_by_key_id')
  @Column({ ...columns.text(12, 'adopted_by_key_id'), nullable: true })
  adoptedByKeyId!: string | null;

  @Column({ ...columns.time('expires_at'), nullable: true })
  expiresAt!: Date | null;

  @Column({ ...columns.time('revoked_at'), nullable: true })
  revokedAt!: Date | null;

  @Column({ ...columns.text(800, 'revoked_reason'), nullable: true })
  revokedReason!: string | null;

  @Column({ ...columns.time('last_used_at'), nullable: true })
  lastUsedAt!: Date | null;

  @Column({ ...columns.text(45, 'last_used_from'), nullable: true })
  lastUsedFrom!: string | null;
}
