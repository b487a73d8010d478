import { canonicalEmail } from '../../common/text/email.js';
import { isUuid } from '../../common/text/uuid.js';
import type { Role, UserStatus } from '../../common/access/index.js';
import type { UserEntity } from './user.entity.js';

/** The `subject` of invalidations of users. */
export const USER_SUBJECT = 'user';

/** A user without the password hash: docs/api.md, "Users". */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly status: UserStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastSeenAt: Date | null;
  /** True if the service generated the password and the user has not changed it yet. */
  readonly hasTemporaryPassword: boolean;
  /** The expiration time of the temporary password. `null` for a password that the user chose. */
  readonly temporaryPasswordExpiresAt: Date | null;
}

/** The number of users, in total, by role and by status. */
export interface UserCounts {
  readonly total: number;
  readonly byRole: Readonly<Record<Role, number>>;
  readonly byStatus: Readonly<Record<UserStatus, number>>;
}

export const toUser = (entity: Omit<UserEntity, 'nameFolded'>): User => ({
  id: entity.id,
  email: entity.email,
  name: entity.name,
  role: entity.role,
  status: entity.status,
  createdAt: entity.createdAt,
  updatedAt: entity.updatedAt,
  lastSeenAt: entity.lastSeenAt,
  hasTemporaryPassword: entity.passwordIsTemporary,
  temporaryPasswordExpiresAt: entity.passwordEndsAt,
});

/** Whether the user has a temporary password that has expired. */
export const isPasswordExpired = ({ temporaryPasswordExpiresAt }: User, now: Date): boolean =>
  temporaryPasswordExpiresAt !== null && temporaryPasswordExpiresAt <= now;

/**
 * Returns the form in which an email is stored. If the text isn't a valid email, it is only shortened, trimmed and
 * converted to lower case.
 */
export const normalizeEmail = (email: string): string =>
  canonicalEmail(email) ?? email.slice(0, 254).trim().toLowerCase();

/** Caution: databases may ignore trailing spaces in comparisons, so check each id before a query. */
export const isUserId = (id: string): boolean => isUuid(id);
