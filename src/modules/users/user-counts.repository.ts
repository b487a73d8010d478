import { Injectable } from '@nestjs/common';
import { ROLES, USER_STATUSES, type Role, type UserStatus } from '../../common/access/index.js';
import { countInSteps, Database } from '../../database/index.js';
import type { UserCounts } from './user.js';

type Count = Role | UserStatus;

const CONDITIONS = Object.fromEntries([
  ...ROLES.map((role) => [role, `person.role = '${role}'`]),
  ...USER_STATUSES.map((status) => [status, `person.status = '${status}'`]),
]) as Record<Count, string>;

/** Counts users. */
@Injectable()
export class UserCountsRepository {
  constructor(private readonly database: Database) {}

  /** Counts all users in several short queries, which read only index entries. */
  async count(): Promise<UserCounts> {
    const { standard, premium, admin, active, suspended } = await this.database.read((manager) =>
      countInSteps(manager, {
        table: 'users',
        alias: 'person',
        index: 'users_role_newest',
        key: ['role', 'status', 'created_at', 'id'],
        columns: [],
        where: '1 = 1',
        counts: CONDITIONS,
        parameters: {},
      }),
    );
    return {
      total: active + suspended,
      byRole: { standard, premium, admin },
      byStatus: { active, suspended },
    };
  }
}
