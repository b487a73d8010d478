import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Principal } from '../../common/access/index.js';
import { Database, type Transaction } from '../../database/index.js';
import { ApiKeysService } from '../api-keys/index.js';
import { ACCOUNT_SUSPENDED, UsersService } from '../users/index.js';
import { forbiddenWithoutRole, SESSION_EXPIRED } from './auth.errors.js';
import { SessionsService } from './sessions/sessions.service.js';

/**
 * Checks the caller again in every transaction that writes for them, and rolls the transaction back if the check fails.
 * Requests that hash a password or a key take long. Meanwhile, the caller's session or key may have ended, or their
 * status or role may have changed.
 */
@Injectable()
export class CallerCheckService implements OnModuleInit {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly apiKeys: ApiKeysService,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.database.setCallerCheck((transaction, caller, users) => this.check(transaction, caller, users));
  }

  /**
   * Locks the caller and the other users until the transaction ends: first the users, in the order of their ids, then
   * the caller's session or key. Throws the same errors as the guards, in the same order: `session_expired`,
   * `api_key_not_found`, `api_key_revoked`, `api_key_expired`, then `account_suspended`, then `forbidden`.
   */
  private async check(
    transaction: Transaction,
    caller: Principal,
    otherUsers: readonly string[],
  ): Promise<void> {
    const { userId, neededRoles } = caller;
    const users = await this.users.lock(transaction, [userId, ...otherUsers]);
    if (caller.method === 'api_key') await this.apiKeys.requireActive(transaction, caller.apiKey.id);
    else if (!(await this.sessions.stillLives(transaction, caller))) throw SESSION_EXPIRED.create();
    const { status, role } = users.get(userId)!;
    if (status === 'suspended') throw ACCOUNT_SUSPENDED.create();
    if (neededRoles && !neededRoles.includes(role)) throw forbiddenWithoutRole(neededRoles);
  }
}
