import { SYSTEM_AUTHOR, type Author } from '../../database/index.js';
import type { UserEntity } from './user.entity.js';
import { forbiddenToMakeAdmins, LAST_ADMIN } from './users.errors.js';
import type { UserChanges } from './users.service.js';

const isActiveAdmin = ({ role, status }: Pick<UserEntity, 'role' | 'status'>): boolean =>
  role === 'admin' && status === 'active';

/** Whether the changes could reduce the number of active admins. */
export const mayRemoveAdmin = ({ role = 'admin', status = 'active' }: UserChanges): boolean =>
  !isActiveAdmin({ role, status });

/**
 * Checks that at least one admin stays active.
 * @param users all active admins, and the user who is changed. Their rows must be locked.
 * @throws `last_admin`.
 */
export function requireAnotherAdmin(
  users: readonly UserEntity[],
  before: UserEntity,
  after: UserEntity,
): void {
  if (!isActiveAdmin(before) || isActiveAdmin(after)) return;
  if (!users.some((user) => user.id !== before.id && isActiveAdmin(user))) throw LAST_ADMIN.create();
}

/**
 * Checks that an API key doesn't make a user an admin. The new admin would otherwise remain an admin after the key is
 * revoked.
 * @throws `forbidden`.
 */
export function requireMayMakeAdmins(by: Author): void {
  if (by !== SYSTEM_AUTHOR && by.method === 'api_key') throw forbiddenToMakeAdmins();
}
