import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import { storedEmails } from '../../../common/text/email.js';
import { Database, SYSTEM, type Transaction } from '../../../database/index.js';
import { BcryptQueue, type HashSubject } from '../../hashing/index.js';
import { encodePassword, temporaryPassword, temporaryPasswordEnd } from './passwords.js';
import { toUser, type User } from '../user.js';
import type { UserEntity } from '../user.entity.js';
import { USER_NOT_FOUND } from '../users.errors.js';
import { UsersRepository } from '../users.repository.js';

/** A password that was found to be right, and the hash that it was compared with. */
export interface CheckedPassword {
  readonly user: User;
  readonly hash: string;
}

/** Passwords: checking and changing them. Who may try how often is decided by whoever asks. */
@Injectable()
export class PasswordsService implements OnModuleInit {
  /** Stands in for the hash of a user who does not exist, so that both answers take the same time. */
  private decoyHash = '';

  constructor(
    private readonly repository: UsersRepository,
    private readonly database: Database,
    private readonly bcrypt: BcryptQueue,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    this.decoyHash = await this.bcrypt.hash(encodePassword(randomBytes(32).toString('hex')), 'service');
  }

  /**
   * The user with this address and password, or `null`. A hash of an older, lower cost is renewed.
   * @param by whose turn the comparison takes: never the account's, as anybody may name one.
   */
  async checkByEmail(email: string, password: string, by: HashSubject): Promise<CheckedPassword | null> {
    const checked = await this.check(await this.repository.findByEmail(storedEmails(email)), password, by);
    if (!checked || !this.bcrypt.isOutdated(checked.hash)) return checked;
    const hash = await this.bcrypt.hash(encodePassword(password), by);
    const isRenewed = await this.database.write(SYSTEM, (transaction) =>
      this.repository.replacePassword(transaction, checked.user.id, checked.hash, { passwordHash: hash }),
    );
    // Somebody else was faster: another sign-in that renewed it too, or a change of the password.
    return isRenewed ? { ...checked, hash } : this.checkByEmail(email, password, by);
  }

  /** The user, if the password is theirs, or `null`. */
  async checkById(userId: string, password: string): Promise<CheckedPassword | null> {
    return this.check(await this.repository.findById(userId), password, { userId });
  }

  /** Whether the password that was checked is still the user's; keeps it from changing until the transaction ends. */
  async stillHolds(transaction: Transaction, checked: CheckedPassword): Promise<boolean> {
    const entity = await this.repository.lock(transaction, checked.user.id);
    return entity?.passwordHash === checked.hash && entity.status === 'active';
  }

  /** What `change` stores. Hashing takes long, so it comes before the transaction. */
  prepare(password: string, by: HashSubject): Promise<string> {
    return this.bcrypt.hash(encodePassword(password), by);
  }

  /** A temporary password, and what `reset` stores of it. */
  async makeUp(by: HashSubject): Promise<{ password: string; preparedHash: string }> {
    const password = temporaryPassword();
    return { password, preparedHash: await this.prepare(password, by) };
  }

  /** Sets a password that the user chose. False when the checked one has been changed since. */
  change(transaction: Transaction, checked: CheckedPassword, preparedHash: string): Promise<boolean> {
    return this.repository.replacePassword(transaction, checked.user.id, checked.hash, {
      passwordHash: preparedHash,
      passwordIsTemporary: false,
      passwordEndsAt: null,
      updatedAt: this.clock.now(),
    });
  }

  /**
   * Sets a temporary password, whatever stands. Whoever has checked the old one, to sign in or to change it,
   * finds that it no longer holds. Throws `user_not_found`.
   */
  async reset(transaction: Transaction, userId: string, preparedHash: string): Promise<void> {
    if (!(await this.repository.lock(transaction, userId))) throw USER_NOT_FOUND.create();
    const now = this.clock.now();
    await this.repository.update(transaction, userId, {
      passwordHash: preparedHash,
      passwordIsTemporary: true,
      passwordEndsAt: temporaryPasswordEnd(now),
      updatedAt: now,
    });
  }

  private async check(
    entity: UserEntity | null,
    password: string,
    by: HashSubject,
  ): Promise<CheckedPassword | null> {
    const hash = entity?.passwordHash ?? this.decoyHash;
    const encoded = encodePassword(password);
    const isRight = await this.bcrypt.comparePassword(encoded, hash, this.decoyHash, by);
    return entity && isRight ? { user: toUser(entity), hash } : null;
  }
}
