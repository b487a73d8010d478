import { Injectable } from '@nestjs/common';
import type { RateLimitState, SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { MINUTE_MS } from '../../../common/duration.js';
import { REQUIRED, unavailable, validationFailed } from '../../../common/errors/index.js';
import { Database, SYSTEM_AUTHOR } from '../../../database/index.js';
import { Settings } from '../../../settings/index.js';
import { FailedAttemptLimiter } from '../../rate-limit/index.js';
import {
  ACCOUNT_SUSPENDED,
  PasswordsService,
  PasswordRulesService,
  isPasswordExpired,
  normalizeEmail,
  SAME_PASSWORD,
  WRONG_PASSWORD,
  UsersService,
  type VerifiedPassword,
  type NewUser,
  type User,
} from '../../users/index.js';
import { SIGN_IN_FAILED, TEMPORARY_PASSWORD_ENDED } from '../auth.errors.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { ClientInfo } from './client-info.js';
import { requireOpenRegistration } from './open-registration.guard.js';

/** For this time after the sign-in, a temporary password can be replaced without entering it again. */
const FRESH_SIGN_IN_MS = 10 * MINUTE_MS;

/**
 * Handles sign-up, sign-in and password changes. Signing in starts a session. Changing the password ends all the user's
 * sessions and starts a new one.
 */
@Injectable()
export class SignInService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    private readonly passwordRules: PasswordRulesService,
    private readonly sessions: SessionsService,
    private readonly failedAttempts: FailedAttemptLimiter,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /**
   * Creates an account, always with the role `standard`.
   * @throws `registration_closed`, or any error that `UsersService.create` throws.
   */
  async register(account: Omit<NewUser, 'role'>, client: ClientInfo): Promise<User> {
    requireOpenRegistration(this.settings);
    const { user } = await this.users.create(SYSTEM_AUTHOR, { ...account, role: 'standard' }, client);
    return user;
  }

  /**
   * Starts a session for the user with this email address and password.
   * Throws `sign_in_failed` or `too_many_failed_attempts`. Only if the password is right, throws `account_suspended`,
   * or the error for a temporary password that has expired.
   */
  async signIn(email: string, password: string, client: ClientInfo): Promise<{ user: User; token: string }> {
    const checked = await this.attempt(client, email, () =>
      this.passwords.checkByEmail(email, password, client),
    );
    if (!checked) throw SIGN_IN_FAILED.create();
    const { user } = checked;
    if (user.status === 'suspended') throw ACCOUNT_SUSPENDED.create();
    if (isPasswordExpired(user, this.clock.now())) throw TEMPORARY_PASSWORD_ENDED.create();
    const token = await this.database.write(SYSTEM_AUTHOR, async (transaction) => {
      // The password check takes long. Meanwhile, the user may have changed the password, for example to lock out an
      // attacker.
      if (!(await this.passwords.isStillValid(transaction, checked))) throw SIGN_IN_FAILED.create();
      return this.sessions.issue(transaction, user.id, client, client.presentedToken);
    });
    return { user, token };
  }

  /**
   * Returns whether the caller must enter the current password to change it. A caller who has just signed in with a
   * temporary password need not enter it again. The session shows that they know it, because a password reset ends all
   * sessions of the user.
   */
  async needsCurrentPassword(caller: SessionPrincipal): Promise<boolean> {
    return !caller.hasTemporaryPassword || !(await this.sessions.startedWithin(caller, FRESH_SIGN_IN_MS));
  }

  /**
   * Sets the user's new password, ends all their sessions and starts a new one.
   * Throws `validation_failed` if the current password is missing or wrong, or if the new one is not allowed. Throws
   * `too_many_failed_attempts` after too many wrong passwords.
   * @param input the current password may be `null` if `needsCurrentPassword` returns false.
   */
  async changePassword(
    caller: SessionPrincipal,
    { currentPassword, newPassword }: { currentPassword: string | null; newPassword: string },
    client: ClientInfo,
  ): Promise<{ token: string }> {
    const { userId } = caller;
    const current =
      currentPassword === null
        ? await this.justEntered(caller)
        : await this.verified(caller, currentPassword, client);
    const isSame =
      currentPassword === null
        ? await this.passwords.isSame(newPassword, current)
        : newPassword === currentPassword;
    if (isSame) throw validationFailed(SAME_PASSWORD.on('newPassword'));
    await this.passwordRules.check('newPassword', newPassword, current.user, caller);
    const stored = await this.passwords.hash(newPassword, caller);
    const token = await this.database.write(caller, async (transaction) => {
      if (!(await this.passwords.change(transaction, current, stored))) throw wrongPassword();
      await this.sessions.endAll(transaction, userId);
      return this.sessions.issue(transaction, userId, client, null);
    });
    return { token };
  }

  /** Returns the temporary password that the caller entered a moment ago to sign in. */
  private async justEntered(caller: SessionPrincipal): Promise<VerifiedPassword> {
    if (await this.needsCurrentPassword(caller)) throw validationFailed(REQUIRED.on('currentPassword'));
    return this.passwords.current(caller.userId);
  }

  /** Returns the caller's password if they entered it correctly. A wrong password counts as a failed attempt. */
  private async verified(
    { userId }: SessionPrincipal,
    password: string,
    client: ClientInfo,
  ): Promise<VerifiedPassword> {
    const { email } = await this.users.get(userId);
    const checked = await this.attempt(client, email, () => this.passwords.checkById(userId, password));
    if (!checked) throw wrongPassword();
    return checked;
  }

  /** Returns how many more passwords the client may try for this email, whether or not it has an account. */
  attemptsLeft(email: string, { networks }: ClientInfo): RateLimitState {
    return this.failedAttempts.lookAtPasswords(networks, accountOf(email));
  }

  /** Waits until an attempt may start, and then checks the password. A wrong password counts as a failed attempt. */
  private async attempt(
    client: ClientInfo,
    email: string,
    check: () => Promise<VerifiedPassword | null>,
  ): Promise<VerifiedPassword | null> {
    const isAwaited = () => !client.hasDisconnected();
    const attempt = await this.failedAttempts.admitPassword(client.networks, accountOf(email), isAwaited);
    if (!attempt) throw unavailable(new Error('The client disconnected while waiting for its turn'));
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

/**
 * Returns the account for which attempts with this email count. No email address has more than 254 characters. Longer
 * strings are cut, so that clients can't fill the memory with them.
 */
const accountOf = (email: string): string => normalizeEmail(email).slice(0, 254);

const wrongPassword = () => validationFailed(WRONG_PASSWORD.on('currentPassword'));
