// These functions tell which changes of users concern admins. At least one admin must stay active.
import type { UserEntity } from './user.entity.js';
import type { UserChanges } from './users.service.js';

export const isActiveAdmin = ({ role, status }: Pick<UserEntity, 'role' | 'status'>): boolean =>
  role === 'admin' && status === 'active';

export const makesAdmin = (before: UserEntity, after: UserEntity): boolean =>
  after.role === 'admin' && before.role !== 'admin';

/** Whether the changes could reduce the number of active admins. */
export const mayRemoveAdmin = ({ role = 'admin', status = 'active' }: UserChanges): boolean =>
  !isActiveAdmin({ role, status });
