import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Role, UserStatus } from '../../common/access/index.js';
import { Clock } from '../../common/clock.js';
import type { Page, PageRequest } from '../../common/http/index.js';
import { foldCase } from '../../common/text/display-text.js';
import { foldSearch } from '../../common/text/email.js';
import { Database, isUniqueViolation, type Transaction } from '../../database/index.js';
import { BcryptQueue } from '../hashing/index.js';
import { encodePassword, temporaryPassword } from './passwords.js';
import { isUserId, normalizeEmail, toUser, type User, type UserFigures } from './user.js';
import type { UserEntity } from './user.entity.js';
import { EMAIL_TAKEN, LAST_ADMIN, USER_NOT_FOUND } from './users.errors.js';
import { UsersRepository, type UserFilter } from './users.repository.js';

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** Without one the service makes up a temporary password. */
  readonly password: string | null;
}

export interface CreatedUser {
  readonly user: User;
  /** Only known now, and only when the service made it up. */
  readonly temporaryPassword: string | null;
}

export interface UserChanges {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly status?: UserStatus | undefined;
}

/** Who owns keys: accounts, roles and status. */
@Injectable()
export class UsersService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly database: Database,
    private readonly bcrypt: BcryptQueue,
    private readonly clock: Clock,
  ) {}

  /** Throws `email_taken`. */
  async create({ email, name, role, password }: NewUser): Promise<CreatedUser> {
    const madeUp = password === null ? temporaryPassword() : null;
    const passwordHash = await this.bcrypt.hash(encodePassword(password ?? madeUp!));
    const now = this.clock.now();
    const entity: UserEntity = {
      id: randomUUID(),
      email: normalizeEmail(email),
      name,
      nameFolded: foldCase(name),
      role,
      status: 'active',
      passwordHash,
      passwordIsTemporary: madeUp !== null,
      createdAt: now,
      updatedAt: now,
      lastSeenAt: null,
    };
    try {
      await this.database.write((transaction) => this.repository.insert(transaction, entity));
    } catch (error) {
      throw isUniqueViolation(error) ? EMAIL_TAKEN.create({ cause: error }) : error;
    }
    return { user: toUser(entity), temporaryPassword: madeUp };
  }

  /** Several users at once, by id; ids that nobody has are left out. */
  async getMany(ids: readonly string[]): Promise<Map<string, User>> {
    const entities = await this.repository.findByIds([...new Set(ids)]);
    return new Map(entities.map((entity) => [entity.id, toUser(entity)]));
  }

  /** The user, kept from changing until the transaction ends, so that what they own can be counted. */
  async lock(transaction: Transaction, id: string): Promise<User> {
    const entity = await this.repository.lock(transaction, id);
    if (!entity) throw USER_NOT_FOUND.create();
    return toUser(entity);
  }

  /** Notes that the user was there. */
  async markSeen(transaction: Transaction, id: string, at: Date): Promise<void> {
    await this.repository.update(transaction, id, { lastSeenAt: at });
  }

  /** Throws `user_not_found`. */
  async get(id: string): Promise<User> {
    const entity = isUserId(id) ? await this.repository.findById(id) : null;
    if (!entity) throw USER_NOT_FOUND.create();
    return toUser(entity);
  }

  async list(filter: UserFilter, page: PageRequest): Promise<Page<User>> {
    const search = filter.search && foldSearch(filter.search);
    const { items, next } = await this.repository.list({ ...filter, search }, page);
    return { items: items.map(toUser), next };
  }

  async countByRoleAndStatus(): Promise<UserFigures> {
    const byRole = { standard: 0, premium: 0, admin: 0 };
    const byStatus = { active: 0, suspended: 0 };
    let total = 0;
    for (const { role, status, count } of await this.repository.countByRoleAndStatus()) {
      byRole[role] += count;
      byStatus[status] += count;
      total += count;
    }
    return { total, byRole, byStatus };
  }

  /**
   * Changes what is given. Role and status reach every key and session of the user with the next call.
   * Throws `user_not_found` and `last_admin`.
   */
  update(id: string, changes: UserChanges): Promise<User> {
    return this.database.write(async (transaction) => {
      if (!isUserId(id)) throw USER_NOT_FOUND.create();
      if (changes.role !== undefined || changes.status !== undefined) {
        await this.keepOneAdmin(transaction, id, changes);
      }
      const before = await this.repository.lock(transaction, id);
      if (!before) throw USER_NOT_FOUND.create();
      const after = this.changed(before, changes);
      if (after === before) return toUser(before);
      await this.repository.update(transaction, id, after);
      transaction.announce({ subject: 'user', id });
      return toUser(after);
    });
  }

  private changed(
    before: UserEntity,
    { name = before.name, role = before.role, status = before.status }: UserChanges,
  ) {
    if (name === before.name && role === before.role && status === before.status) return before;
    return { ...before, name, nameFolded: foldCase(name), role, status, updatedAt: this.clock.now() };
  }

  /** Counting admins is only safe while none of them can change: all are locked, in one order. */
  private async keepOneAdmin(
    transaction: Transaction,
    id: string,
    { role, status }: UserChanges,
  ): Promise<void> {
    const isKept = (role === undefined || role === 'admin') && (status === undefined || status === 'active');
    if (isKept) return;
    const admins = await this.repository.lockActiveAdmins(transaction);
    if (admins.length === 1 && admins[0]?.id === id) throw LAST_ADMIN.create();
  }
}
