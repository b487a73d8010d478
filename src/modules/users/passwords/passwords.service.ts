import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import { emailsToLookUp } from '../../../common/text/email.js';
import { Database, SYSTEM_AUTHOR, type Transaction } from '../../../database/index.js';
import { InvalidationBus } from '../../../invalidation/index.js';
import { BcryptQueue, type HashSubject } from '../../hashing/index.js';
import { toUser, USER_SUBJECT, type User } from '../user.js';
import type { UserEntity } from '../user.entity.js';
import { USER_NOT_FOUND } from '../users.errors.js';
import { UsersRepository } from '../users.repository.js';
import { encodePassword } from './password-encoding.js';
import { generatePassword, temporaryPasswordColumns } from './temporary-password.js';

/** A user whose password was verified, and the hash of that password. */
export interface VerifiedPassword {
  readonly user: User;
  readonly hash: string;
}

/** The columns that store a password. */
export type StoredPassword = Pick<UserEntity, 'passwordHash' | 'passwordIsTemporary' | 'passwordEndsAt'>;

/**
 * Checks, hashes, generates and stores passwords. The caller must limit failed attempts, and must check the strength of
 * new passwords with `PasswordRulesService`.
 */
@Injectable()
export class PasswordsService implements OnModuleInit {
  /**
   * Passwords for unknown users are compared with this hash, so that the response takes the same time as for known
   * users.
   */
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
   * Finds the user with this email and password. If the cost of the stored hash is outdated, the hash is replaced.
   * @param by the client whose turn in the hashing queue is used. It must not be the user of the account, because
   * anyone can try to sign in to the account.
   * @returns `null` if the email is unknown or the password is wrong.
   */
  async checkByEmail(email: string, password: string, by: HashSubject): Promise<VerifiedPassword | null> {
    const checked = await this.check(await this.repository.findByEmail(emailsToLookUp(email)), password, by);
    if (!checked || !this.bcrypt.isOutdated(checked.hash)) return checked;
    const hash = await this.bcrypt.hash(encodePassword(password), by);
    const isReplaced = await this.database.write(SYSTEM_AUTHOR, (transaction) =>
      this.repository.replacePassword(transaction, checked.user.id, checked.hash, { passwordHash: hash }),
    );
    // If the hash was not replaced, another sign-in has replaced it meanwhile, or the password was changed. So the
    // password is checked again.
    return isReplaced ? { ...checked, hash } : this.checkByEmail(email, password, by);
  }

  /**
   * Checks the password of a user.
   * @returns `null` if the password is wrong.
   */
  async checkById(userId: string, password: string): Promise<VerifiedPassword | null> {
    return this.check(await this.repository.findById(userId), password, { userId });
  }

  /**
   * Returns the user's current password without checking it. Call this only if the user has already entered the
   * password, for example to sign in. Throws `user_not_found`.
   */
  async current(userId: string): Promise<VerifiedPassword> {
    const entity = await this.repository.findById(userId);
    if (!entity) throw USER_NOT_FOUND.create();
    return { user: toUser(entity), hash: entity.passwordHash };
  }

  /** Returns whether a password is the same as the given one. */
  async isSame(password: string, { user, hash }: VerifiedPassword): Promise<boolean> {
    return this.bcrypt.compare(encodePassword(password), hash, 'interactive', { userId: user.id });
  }

  /** Whether the user is active and still has the checked password. This locks the user until the transaction ends. */
  async isStillValid(transaction: Transaction, checked: VerifiedPassword): Promise<boolean> {
    const entity = await this.repository.lock(transaction, checked.user.id);
    return entity?.passwordHash === checked.hash && entity.status === 'active';
  }

  /** Hashes a password that a user chose. Hashing is slow, so call this before you start the transaction. */
  async hash(password: string, by: HashSubject): Promise<StoredPassword> {
    const passwordHash = await this.bcrypt.hash(encodePassword(password), by);
    return { passwordHash, passwordIsTemporary: false, passwordEndsAt: null };
  }

  /** Generates and hashes a temporary password. Hashing is slow, so call this before you start the transaction. */
  async generate(by: HashSubject): Promise<{ password: string; stored: StoredPassword }> {
    const password = generatePassword();
    const { passwordHash } = await this.hash(password, by);
    return { password, stored: { passwordHash, ...temporaryPasswordColumns(this.clock.now()) } };
  }

  /** Replaces the checked password. Returns false if the password has changed since the check. */
  async change(
    transaction: Transaction,
    checked: VerifiedPassword,
    stored: StoredPassword,
  ): Promise<boolean> {
    const { id } = checked.user;
    const changes = { ...stored, updatedAt: this.clock.now() };
    const isChanged = await this.repository.replacePassword(transaction, id, checked.hash, changes);
    if (isChanged) this.invalidationBus.invalidate(transaction, USER_SUBJECT, id);
    return isChanged;
  }

  /** Replaces the user's password without checking the old one. Throws `user_not_found`. */
  async reset(transaction: Transaction, userId: string, stored: StoredPassword): Promise<void> {
    if (!(await this.repository.lock(transaction, userId))) throw USER_NOT_FOUND.create();
    await this.repository.update(transaction, userId, { ...stored, updatedAt: this.clock.now() });
    this.invalidationBus.invalidate(transaction, USER_SUBJECT, userId);
  }

  private async check(
    entity: UserEntity | null,
    password: string,
    by: HashSubject,
  ): Promise<VerifiedPassword | null> {
    const hash = entity?.passwordHash ?? this.decoyHash;
    const encoded = encodePassword(password);
    const isCorrect = await this.bcrypt.comparePassword(encoded, hash, this.decoyHash, by);
    return entity && isCorrect ? { user: toUser(entity), hash } : null;
  }
}
