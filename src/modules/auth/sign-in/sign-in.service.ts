import { Injectable } from '@nestjs/common';
import type { SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { unavailable, validationFailed } from '../../../common/errors/index.js';
import { Database, SYSTEM } from '../../../database/index.js';
import { FailedAttemptLimiter } from '../../rate-limit/index.js';
import {
  ACCOUNT_SUSPENDED,
  PasswordsService,
  PasswordRulesService,
  isPasswordOver,
  normalizeEmail,
  SAME_PASSWORD,
  WRONG_PASSWORD,
  UsersService,
  type CheckedPassword,
  type User,
} from '../../users/index.js';
import { SIGN_IN_FAILED, TEMPORARY_PASSWORD_ENDED } from '../auth.errors.js';
import { SessionsService, type Device } from '../sessions/sessions.service.js';

/** A person at the door: who they are, which budget their mistakes count in, and the cookie they bring. */
export interface ClientInfo extends Device {
  /** What their failures count in, narrowest first. */
  readonly networks: readonly string[];
  /** Whether nobody waits for the answer any more. */
  readonly hasDisconnected: () => boolean;
  readonly presentedToken: string | null;
}

/** Signing in, and changing the password: what begins sessions. */
@Injectable()
export class SignInService {
  constructor(
    private readonly users: UsersService,
    private readonly credentials: PasswordsService,
    private readonly passwordRules: PasswordRulesService,
    private readonly sessions: SessionsService,
    private readonly failures: FailedAttemptLimiter,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `sign_in_failed`, `too_many_failed_attempts`, and to the right password only `account_suspended` and
   * that a temporary one has ended.
   */
  async signIn(email: string, password: string, visitor: ClientInfo): Promise<{ user: User; token: string }> {
    const checked = await this.attempt(visitor, email, () =>
      this.credentials.checkByEmail(email, password, visitor),
    );
    if (!checked) throw SIGN_IN_FAILED.create();
    const { user } = checked;
    if (user.status === 'suspended') throw ACCOUNT_SUSPENDED.create();
    if (isPasswordOver(user, this.clock.now())) throw TEMPORARY_PASSWORD_ENDED.create();
    const token = await this.database.write(SYSTEM, async (transaction) => {
      // Checking takes long: meanwhile the password may have been changed, to lock somebody out.
      if (!(await this.credentials.isStillValid(transaction, checked))) throw SIGN_IN_FAILED.create();
      return this.sessions.issue(transaction, user.id, visitor, visitor.presentedToken);
    });
    return { user, token };
  }

  /**
   * Sets a password of the person's choice, ends all sessions and begins a new one.
   * Throws `validation_failed` on the field that is wrong, and `too_many_failed_attempts`.
   */
  async changePassword(
    caller: SessionPrincipal,
    passwords: { currentPassword: string; newPassword: string },
    visitor: ClientInfo,
  ): Promise<{ token: string }> {
    const { userId } = caller;
    const { email, name } = await this.users.get(userId);
    const checked = await this.attempt(visitor, email, () =>
      this.credentials.checkById(userId, passwords.currentPassword),
    );
    if (!checked) throw wrongPassword();
    if (passwords.newPassword === passwords.currentPassword) {
      throw validationFailed(SAME_PASSWORD.on('newPassword'));
    }
    await this.passwordRules.check('newPassword', passwords.newPassword, { email, name }, caller);
    const stored = await this.credentials.hash(passwords.newPassword, caller);
    const token = await this.database.write(caller, async (transaction) => {
      if (!(await this.credentials.change(transaction, checked, stored))) throw wrongPassword();
      await this.sessions.endAll(transaction, userId);
      return this.sessions.issue(transaction, userId, visitor, null);
    });
    return { token };
  }

  /** Makes a check when its turn comes, and counts it if it finds the password wrong. */
  private async attempt(
    visitor: ClientInfo,
    email: string,
    check: () => Promise<CheckedPassword | null>,
  ): Promise<CheckedPassword | null> {
    // An address is never longer; cut, so that nobody fills the memory with long ones.
    const account = normalizeEmail(email).slice(0, 254);
    const isAwaited = () => !visitor.hasDisconnected();
    const attempt = await this.failures.admitPassword(visitor.networks, account, isAwaited);
    if (!attempt) throw unavailable(new Error('The caller hung up while waiting for a turn'));
    try {
      const checked = await check();
      if (checked) attempt.giveBack();
      else attempt.fail();
      return checked;
    } catch (error) {
      attempt.giveBack();
      throw error;
    }
  }
}

const wrongPassword = () => validationFailed(WRONG_PASSWORD.on('currentPassword'));
