import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Role, UserStatus } from '../../common/access/index.js';
import { Clock } from '../../common/clock.js';
import { latestPlausibleTime } from '../../common/duration.js';
import type { Slice, SliceRequest } from '../../common/pagination/index.js';
import { emailsToLookUp } from '../../common/text/email.js';
import {
  Database,
  isUniqueViolation,
  SYSTEM_AUTHOR,
  type Author,
  type Transaction,
} from '../../database/index.js';
import { InvalidationBus } from '../../invalidation/index.js';
import type { HashSubject } from '../hashing/index.js';
import { PasswordRulesService } from './passwords/password-rules.service.js';
import { PasswordsService } from './passwords/passwords.service.js';
import { mayRemoveAdmin, requireAnotherAdmin, requireMayMakeAdmins } from './admin-rules.js';
import { isUserId, normalizeEmail, toUser, USER_SUBJECT, type User, type UserCounts } from './user.js';
import type { UserEntity } from './user.entity.js';
import { EMAIL_TAKEN, LAST_ADMIN, USER_NOT_FOUND } from './users.errors.js';
import { UserCountsRepository } from './user-counts.repository.js';
import { UsersRepository, type NewUserRow, type UserFilter } from './users.repository.js';

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** If this is `null`, the service generates a temporary password. */
  readonly password: string | null;
}

export interface CreatedUser {
  readonly user: User;
  /** The generated password, which isn't stored anywhere. `null` if the input had a password. */
  readonly temporaryPassword: string | null;
}

export interface UserChanges {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly status?: UserStatus | undefined;
}

/** Manages users: their accounts, roles and status. */
@Injectable()
export class UsersService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly counts: UserCountsRepository,
    private readonly database: Database,
    private readonly invalidationBus: InvalidationBus,
    private readonly passwords: PasswordsService,
    private readonly passwordRules: PasswordRulesService,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates a user. If the input has no password, the user gets a temporary one.
   * @param hashedFor the user or client whose turn in the hashing queue is used.
   * @throws `email_taken`, `validation_failed` for a weak password, or `forbidden` if an API key would create an admin.
   */
  async create(
    by: Author,
    { email, name, role, password }: NewUser,
    hashedFor: HashSubject = by === SYSTEM_AUTHOR ? 'service' : by,
  ): Promise<CreatedUser> {
    if (role === 'admin') requireMayMakeAdmins(by);
    if (password !== null) await this.passwordRules.check('password', password, { email, name }, hashedFor);
    // Hashing is slow, so this first checks whether the email is taken.
    const isTaken = (transaction: Transaction) =>
      this.repository.hasEmail(transaction, normalizeEmail(email));
    if (await this.database.write(by, isTaken)) throw EMAIL_TAKEN.create();
    const { stored, password: temporaryPassword } =
      password === null
        ? await this.passwords.generate(hashedFor)
        : { stored: await this.passwords.hash(password, hashedFor), password: null };
    const now = this.clock.now();
    const row: NewUserRow = {
      id: randomUUID(),
      email: normalizeEmail(email),
      name,
      role,
      status: 'active',
      ...stored,
      createdAt: now,
      updatedAt: now,
      lastSeenAt: null,
    };
    try {
      await this.database.write(by, (transaction) => this.repository.insert(transaction, row));
    } catch (error) {
      throw isUniqueViolation(error) ? EMAIL_TAKEN.create({ cause: error }) : error;
    }
    return { user: toUser(row), temporaryPassword };
  }

  /** Finds users by id. Ignores unknown ids. */
  async getMany(ids: readonly string[]): Promise<Map<string, User>> {
    const entities = await this.repository.findByIds([...new Set(ids)]);
    return new Map(entities.map((entity) => [entity.id, toUser(entity)]));
  }

  /** Locks users until the transaction ends. Ignores unknown ids. */
  async lock(transaction: Transaction, ids: readonly string[]): Promise<Map<string, User>> {
    const entities = await this.repository.lockMany(transaction, ids);
    return new Map(entities.map((entity) => [entity.id, toUser(entity)]));
  }

  /**
   * Locks the user and records their last activity. A later time in the database is kept, unless it is implausibly far
   * in the future.
   */
  async markSeen(transaction: Transaction, id: string, at: Date): Promise<void> {
    const entity = await this.repository.lock(transaction, id);
    if (!entity) return;
    const { lastSeenAt } = entity;
    const isOutdated = lastSeenAt === null || lastSeenAt < at || lastSeenAt > latestPlausibleTime(at);
    if (isOutdated) await this.repository.update(transaction, id, { lastSeenAt: at });
  }

  /** Finds a user by any spelling of their email. Throws `user_not_found`. */
  async getByEmail(email: string): Promise<User> {
    const entity = await this.repository.findByEmail(emailsToLookUp(email));
    if (!entity) throw USER_NOT_FOUND.create();
    return toUser(entity);
  }

  /** Returns one user. Throws `user_not_found`. */
  async get(id: string): Promise<User> {
    const entity = isUserId(id) ? await this.repository.findById(id) : null;
    if (!entity) throw USER_NOT_FOUND.create();
    return toUser(entity);
  }

  /** Lists the users that match the filter, newest first. */
  async list(filter: UserFilter, slice: SliceRequest): Promise<Slice<User>> {
    const { items, next } = await this.repository.list(filter, slice);
    return { items: items.map(toUser), next };
  }

  /** Whether a user has this email, in any spelling. */
  async exists(email: string): Promise<boolean> {
    return (await this.repository.findByEmail(emailsToLookUp(email))) !== null;
  }

  hasUsers(): Promise<boolean> {
    return this.repository.hasUsers();
  }

  countByRoleAndStatus(): Promise<UserCounts> {
    return this.counts.count();
  }

  /** Checks that a user isn't the only active admin. Throws `last_admin`. */
  async requireAnotherAdminThan(id: string): Promise<void> {
    const admins = await this.repository.findActiveAdminIds();
    if (admins.every((admin) => admin === id)) throw LAST_ADMIN.create();
  }

  /**
   * Changes a user. A new role or status takes effect with the next request of each key and session.
   * Throws `user_not_found`, `last_admin`, or `forbidden` if an API key would make a user an admin.
   */
  async update(by: Author, id: string, changes: UserChanges): Promise<User> {
    if (!isUserId(id)) throw USER_NOT_FOUND.create();
    // If the change may remove an admin, all active admins are locked. So two requests can't demote the last two.
    const admins = mayRemoveAdmin(changes) ? await this.repository.findActiveAdminIds() : [];
    const locked = [id, ...admins];
    const work = async (transaction: Transaction) => {
      const users = await this.repository.lockMany(transaction, locked);
      const before = users.find((user) => user.id === id);
      if (!before) throw USER_NOT_FOUND.create();
      const { name = before.name, role = before.role, status = before.status } = changes;
      const after = { ...before, name, role, status };
      if (isUnchanged(before, after)) return toUser(before);
      if (after.role === 'admin' && before.role !== 'admin') requireMayMakeAdmins(by);
      requireAnotherAdmin(users, before, after);
      const updatedAt = this.clock.now();
      await this.repository.update(transaction, id, { name, role, status, updatedAt });
      this.invalidationBus.invalidate(transaction, USER_SUBJECT, id);
      return toUser({ ...after, updatedAt });
    };
    return this.database.write(by, work, locked);
  }
}

const isUnchanged = (before: UserEntity, after: UserEntity): boolean =>
  before.name === after.name && before.role === after.role && before.status === after.status;
