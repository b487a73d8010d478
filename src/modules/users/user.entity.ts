import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { columns } from '../../database/index.js';
import type { Role, UserStatus } from '../../common/access/index.js';

@Entity({ name: 'users' })
@Index('users_created_at_id', ['createdAt', 'id'])
@Index('users_name', ['nameFolded', 'createdAt', 'id', 'role', 'status'])
@Index('users_email_newest', ['email', 'createdAt', 'id', 'role', 'status'])
@Index('users_role_newest', ['role', 'status', 'createdAt', 'id'])
@Index('users_status_newest', ['status', 'createdAt', 'id'])
export class UserEntity {
  @PrimaryColumn(columns.text(36))
  id!: string;

  @Index('users_email', { unique: true })
  @Column(columns.text(254))
  email!: string;

  @Column(columns.text(400))
  name!: string;

  /** The name, case-folded for searches. Only the repository writes this column. */
  @Column(columns.text(300, 'name_folded'))
  nameFolded!: string;

  @Column(columns.text(16))
  role!: Role;

  @Column(columns.text(16))
  status!: UserStatus;

  @Column(columns.text(60, 'password_hash'))
  passwordHash!: string;

  @Column(columns.flag('password_is_temporary'))
  passwordIsTemporary!: boolean;

  /** The expiration time of a temporary password. `null` for a password that the user chose. */
  @Column({ ...columns.time('password_ends_at'), nullable: true })
  passwordEndsAt!: Date | null;

  @Column(columns.time('created_at'))
  createdAt!: Date;

  @Column(columns.time('updated_at'))
  updatedAt!: Date;

  @Column({ ...columns.time('last_seen_at'), nullable: true })
  lastSeenAt!: Date | null;
}
