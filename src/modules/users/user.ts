import { canonicalEmail } from '../../common/text/email.js';
import type { Role, UserStatus } from '../../common/access/index.js';
import type { UserEntity } from './user.entity.js';

/** A user as the rest of the service sees one: never a password or its hash. contract.md, section 1. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly status: UserStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastSeenAt: Date | null;
  /** True until a password that the service made up is changed. */
  readonly hasTemporaryPassword: boolean;
  /** When it ends, changed or not; `null` for a password that the user chose. */
  readonly temporaryPasswordEndsAt: Date | null;
}

/** How many users there are. */
export interface UserCounts {
  readonly total: number;
  readonly byRole: Readonly<Record<Role, number>>;
  readonly byStatus: Readonly<Record<UserStatus, number>>;
}

export const toUser = (entity: UserEntity): User => ({
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

/** Whether the user's password was temporary for too long, and lets nobody in any more. */
export const isPasswordOver = ({ temporaryPasswordEndsAt }: User, now: Date): boolean =>
  temporaryPasswordEndsAt !== null && temporaryPasswordEndsAt <= now;

/** The one form of an address, in which it is stored. What is no address is only cut, for whoever counts attempts by it. */
export const normalizeEmail = (email: string): string =>
  canonicalEmail(email) ?? email.slice(0, 254).trim().toLowerCase();

/** Databases may overlook spaces at the end of what they compare, so an id is looked at first. */
export const isUserId = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
