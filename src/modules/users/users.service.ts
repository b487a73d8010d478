import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Slice, SliceRequest } from '../../common/pagination/index.js';
import { foldCase } from '../../common/text/fold-case.js';
import type { Role, UserStatus } from '../../common/access/index.js';
import { Clock } from '../../common/clock.js';
import { foldSearch, storedEmails } from '../../common/text/email.js';
import { Database, isUniqueViolation, SYSTEM, type Author, type Transaction } from '../../database/index.js';
import { BcryptQueue, type HashSubject } from '../hashing/index.js';
import { PasswordRulesService } from './passwords/password-rules.service.js';
import { encodePassword, temporaryPassword, temporaryPasswordEnd } from './passwords/passwords.js';
import { isUserId, normalizeEmail, toUser, type User, type UserCounts } from './user.js';
import type { UserEntity } from './user.entity.js';
import { EMAIL_TAKEN, forbiddenToMakeAdmins, LAST_ADMIN, USER_NOT_FOUND } from './users.errors.js';
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
    private readonly passwordRules: PasswordRulesService,
    private readonly clock: Clock,
  ) {}

  /**
   * @param hashedFor whose turn the hash takes.
   * Throws `email_taken`, `validation_failed` for a weak password, and `forbidden` for an admin by a key.
   */
  async create(
    by: Author,
    { email, name, role, password }: NewUser,
    hashedFor: HashSubject = by === SYSTEM ? 'service' : by,
  ): Promise<CreatedUser> {
    if (isKey(by) && role === 'admin') throw forbiddenToMakeAdmins();
    if (password !== null) await this.passwordRules.check('password', password, { email, name }, hashedFor);
    // Hashing takes long: so what would be refused afterwards is refused before.
    const isTaken = (transaction: Transaction) =>
      this.repository.hasEmail(transaction, normalizeEmail(email));
    if (await this.database.write(by, isTaken)) throw EMAIL_TAKEN.create();
    const madeUp = password === null ? temporaryPassword() : null;
    const passwordHash = await this.bcrypt.hash(encodePassword(password ?? madeUp!), hashedFor);
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
      passwordEndsAt: madeUp === null ? null : temporaryPasswordEnd(now),
      createdAt: now,
      updatedAt: now,
      lastSeenAt: null,
    };
    try {
      await this.database.write(by, (transaction) => this.repository.insert(transaction, entity));
    } catch (error) {
      throw isUniqueViolation(error) ? EMAIL_TAKEN.create({ cause: error }) : error;
    }
    return { user: toUser(entity), temporaryPassword: madeUp };
  }

  /** An account that visitors make for themselves: always standard. Throws what `create` throws. */
  async signUp(account: Omit<NewUser, 'role'>, visitor: HashSubject): Promise<User> {
    const { user } = await this.create(SYSTEM, { ...account, role: 'standard' }, visitor);
    return user;
  }

  /** Several users at once, by id; ids that nobody has are left out. */
  async getMany(ids: readonly string[]): Promise<Map<string, User>> {
    const entities = await this.repository.findByIds([...new Set(ids)]);
    return new Map(entities.map((entity) => [entity.id, toUser(entity)]));
  }

  /** The users, kept from changing until the transaction ends; ids that nobody has are left out. */
  async lock(transaction: Transaction, ids: readonly string[]): Promise<Map<string, User>> {
    const entities = await this.repository.lockMany(transaction, ids);
    return new Map(entities.map((entity) => [entity.id, toUser(entity)]));
  }

  /** Notes that the user was there. */
  async markSeen(transaction: Transaction, id: string, at: Date): Promise<void> {
    await this.repository.update(transaction, id, { lastSeenAt: at });
  }

  /** The user with this address, in any spelling. Throws `user_not_found`. */
  async getByEmail(email: string): Promise<User> {
    const entity = await this.repository.findByEmail(storedEmails(email));
    if (!entity) throw USER_NOT_FOUND.create();
    return toUser(entity);
  }

  /** Throws `user_not_found`. */
  async get(id: string): Promise<User> {
    const entity = isUserId(id) ? await this.repository.findById(id) : null;
    if (!entity) throw USER_NOT_FOUND.create();
    return toUser(entity);
  }

  async list(filter: UserFilter, page: SliceRequest): Promise<Slice<User>> {
    const search = filter.search && foldSearch(filter.search);
    const { items, next } = await this.repository.list({ ...filter, search }, page);
    return { items: items.map(toUser), next };
  }

  /** Whether somebody has this address, in any spelling. */
  async exists(email: string): Promise<boolean> {
    return (await this.repository.findByEmail(storedEmails(email))) !== null;
  }

  existAny(): Promise<boolean> {
    return this.repository.existAny();
  }

  async countByRoleAndStatus(): Promise<UserCounts> {
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
   * Throws `user_not_found`, `last_admin`, and `forbidden` where a key would give somebody an admin's rights.
   */
  async update(by: Author, id: string, changes: UserChanges): Promise<User> {
    if (!isUserId(id)) throw USER_NOT_FOUND.create();
    // Counting admins is only safe while none of them can change, so all are locked.
    const admins = mayEndAdmin(changes) ? await this.repository.findActiveAdminIds() : [];
    const locked = [id, ...admins];
    const work = async (transaction: Transaction) => {
      const users = await this.repository.lockMany(transaction, locked);
      const before = users.find((user) => user.id === id);
      if (!before) throw USER_NOT_FOUND.create();
      const after = this.changed(before, changes);
      if (after === before) return toUser(before);
      if (isKey(by) && makesAdmin(before, after)) throw forbiddenToMakeAdmins();
      const isLast = !users.some((user) => user.id !== id && isActiveAdmin(user));
      if (isActiveAdmin(before) && !isActiveAdmin(after) && isLast) throw LAST_ADMIN.create();
      await this.repository.update(transaction, id, after);
      transaction.announce({ subject: 'user', id });
      return toUser(after);
    };
    return this.database.write(by, work, locked);
  }

  private changed(
    before: UserEntity,
    { name = before.name, role = before.role, status = before.status }: UserChanges,
  ) {
    if (name === before.name && role === before.role && status === before.status) return before;
    return { ...before, name, nameFolded: foldCase(name), role, status, updatedAt: this.clock.now() };
  }
}

const isActiveAdmin = ({ role, status }: Pick<UserEntity, 'role' | 'status'>): boolean =>
  role === 'admin' && status === 'active';

/** With only a key, nobody may get rights that outlive its revocation. */
const isKey = (by: Author): boolean => by !== SYSTEM && by.method === 'api_key';

const makesAdmin = (before: UserEntity, after: UserEntity): boolean =>
  after.role === 'admin' && before.role !== 'admin';

/** Whether the changes could leave one active admin fewer. */
const mayEndAdmin = ({ role = 'admin', status = 'active' }: UserChanges): boolean =>
  !isActiveAdmin({ role, status });
