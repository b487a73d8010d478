import { canonicalEmail } from '../../common/text/email.js';
import { isUuid } from '../../common/text/uuid.js';
import type { Role, UserStatus } from '../../common/access/index.js';
import type { UserEntity } from './user.entity.js';

/** What invalidations of users are about. */
export const USER_SUBJECT = 'user';

/** A user for the rest of the service, without the hash of the password: docs/api.md, "Users". */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly status: UserStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastSeenAt: Date | null;
  /** True until the user changes a password that the service generated. */
  readonly hasTemporaryPassword: boolean;
  /** When the temporary password stops working; `null` for a password that the user chose. */
  readonly temporaryPasswordEndsAt: Date | null;
}

/** How many users there are. */
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
  temporaryPasswordEndsAt: entity.passwordEndsAt,
});

/** Whether the user's temporary password no longer works. */
export const isPasswordOver = ({ temporaryPasswordEndsAt }: User, now: Date): boolean =>
  temporaryPasswordEndsAt !== null && temporaryPasswordEndsAt <= now;

/** The form in which an email is stored. Anything else is only cut and folded, to count failed sign-ins by it. */
export const normalizeEmail = (email: string): string =>
  canonicalEmail(email) ?? email.slice(0, 254).trim().toLowerCase();

/** Check an id before a query: databases may ignore spaces at the end when they compare. */
export const isUserId = (id: string): boolean => isUuid(id);
