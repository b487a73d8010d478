import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import { emailsToLookUp } from '../../../common/text/email.js';
import { Database, SYSTEM, type Transaction } from '../../../database/index.js';
import { InvalidationBus } from '../../../invalidation/index.js';
import { BcryptQueue, type HashSubject } from '../../hashing/index.js';
import { toUser, USER_SUBJECT, type User } from '../user.js';
import type { UserEntity } from '../user.entity.js';
import { USER_NOT_FOUND } from '../users.errors.js';
import { UsersRepository } from '../users.repository.js';
import { encodePassword, generatePassword, temporaryPasswordEnd } from './password.js';

/** A correct password: whose it is, and the hash that it was compared with. */
export interface CheckedPassword {
  readonly user: User;
  readonly hash: string;
}

/** The columns that store a password. */
export type StoredPassword = Pick<UserEntity, 'passwordHash' | 'passwordIsTemporary' | 'passwordEndsAt'>;

/**
 * Checks, hashes, generates and changes passwords. Every password is stored by this service. The caller decides who
 * may try how often, and asks `PasswordRulesService` whether a password may be chosen.
 */
@Injectable()
export class PasswordsService implements OnModuleInit {
  /** Compared in place of an unknown user's hash, so that both responses take the same time. */
  private decoyHash = '';

  constructor(
    private readonly repository: UsersRepository,
    private readonly database: Database,
    private readonly bcrypt: BcryptQueue,
    private readonly clock: Clock,
    private readonly invalidationBus: InvalidationBus,
  ) {}

  async onModuleInit(): Promise<void> {
    this.decoyHash = await this.bcrypt.hash(encodePassword(randomBytes(32).toString('hex')), 'service');
  }

  /**
   * Finds the user with this email and password. Renews a hash of an older, lower cost.
   * @param by whose share of the hashing queue the comparison uses. Never the account's: anybody can name an account.
   * @returns `null` for an unknown email or a wrong password.
   */
  async checkByEmail(email: string, password: string, by: HashSubject): Promise<CheckedPassword | null> {
    const checked = await this.check(await this.repository.findByEmail(emailsToLookUp(email)), password, by);
    if (!checked || !this.bcrypt.isOutdated(checked.hash)) return checked;
    const hash = await this.bcrypt.hash(encodePassword(password), by);
    const isRenewed = await this.database.write(SYSTEM, (transaction) =>
      this.repository.replacePassword(transaction, checked.user.id, checked.hash, { passwordHash: hash }),
    );
    // Meanwhile another sign-in renewed the hash, or the password was changed.
    return isRenewed ? { ...checked, hash } : this.checkByEmail(email, password, by);
  }

  /** @returns `null` if this is not the user's password. */
  async checkById(userId: string, password: string): Promise<CheckedPassword | null> {
    return this.check(await this.repository.findById(userId), password, { userId });
  }

  /** Whether an active user still has the checked password. Locks the user until the transaction ends. */
  async isStillValid(transaction: Transaction, checked: CheckedPassword): Promise<boolean> {
    const entity = await this.repository.lock(transaction, checked.user.id);
    return entity?.passwordHash === checked.hash && entity.status === 'active';
  }

  /** Hashes a password that a user chose. Slow, so call it before the transaction that stores it. */
  async hash(password: string, by: HashSubject): Promise<StoredPassword> {
    const passwordHash = await this.bcrypt.hash(encodePassword(password), by);
    return { passwordHash, passwordIsTemporary: false, passwordEndsAt: null };
  }

  /** Generates a temporary password. Slow, so call it before the transaction that stores it. */
  async generate(by: HashSubject): Promise<{ password: string; stored: StoredPassword }> {
    const password = generatePassword();
    const { passwordHash } = await this.hash(password, by);
    const passwordEndsAt = temporaryPasswordEnd(this.clock.now());
    return { password, stored: { passwordHash, passwordIsTemporary: true, passwordEndsAt } };
  }

  /** Replaces the checked password. False if it has been changed since the check. */
  async change(transaction: Transaction, checked: CheckedPassword, stored: StoredPassword): Promise<boolean> {
    const { id } = checked.user;
    const changes = { ...stored, updatedAt: this.clock.now() };
    const isChanged = await this.repository.replacePassword(transaction, id, checked.hash, changes);
    if (isChanged) this.invalidationBus.invalidate(transaction, USER_SUBJECT, id);
    return isChanged;
  }

  /**
   * Replaces the user's password, whichever it is. A password that was checked before is no longer valid.
   * Throws `user_not_found`.
   */
  async reset(transaction: Transaction, userId: string, stored: StoredPassword): Promise<void> {
    if (!(await this.repository.lock(transaction, userId))) throw USER_NOT_FOUND.create();
    await this.repository.update(transaction, userId, { ...stored, updatedAt: this.clock.now() });
    this.invalidationBus.invalidate(transaction, USER_SUBJECT, userId);
  }

  private async check(
    entity: UserEntity | null,
    password: string,
    by: HashSubject,
  ): Promise<CheckedPassword | null> {
    const hash = entity?.passwordHash ?? this.decoyHash;
    const encoded = encodePassword(password);
    const isCorrect = await this.bcrypt.comparePassword(encoded, hash, this.decoyHash, by);
    return entity && isCorrect ? { user: toUser(entity), hash } : null;
  }
}
