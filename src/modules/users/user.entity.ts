import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Role, UserStatus } from '../../common/access/index.js';

@Entity({ name: 'users' })
@Index('users_created_at_id', ['createdAt', 'id'])
@Index('users_name', ['nameFolded', 'createdAt', 'id', 'role', 'status'])
@Index('users_email_newest', ['email', 'createdAt', 'id', 'role', 'status'])
@Index('users_role_newest', ['role', 'status', 'createdAt', 'id'])
@Index('users_status_newest', ['status', 'createdAt', 'id'])
export class UserEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Index('users_email', { unique: true })
  @Column({ type: 'varchar', length: 254 })
  email!: string;

  @Column({ type: 'varchar', length: 400 })
  name!: string;

  /** The name in the form that searches compare. Only the repository writes it. */
  @Column({ name: 'name_folded', type: 'varchar', length: 300 })
  nameFolded!: string;

  @Column({ type: 'varchar', length: 16 })
  role!: Role;

  @Column({ type: 'varchar', length: 16 })
  status!: UserStatus;

  @Column({ name: 'password_hash', type: 'varchar', length: 60 })
  passwordHash!: string;

  @Column({ name: 'password_is_temporary', type: 'boolean' })
  passwordIsTemporary!: boolean;

  /** When a temporary password stops working; `null` for a password that the user chose. */
  @Column({ name: 'password_ends_at', type: 'datetime', nullable: true })
  passwordEndsAt!: Date | null;

  @Column({ name: 'created_at', type: 'datetime' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'datetime' })
  updatedAt!: Date;

  @Column({ name: 'last_seen_at', type: 'datetime', nullable: true })
  lastSeenAt!: Date | null;
}
