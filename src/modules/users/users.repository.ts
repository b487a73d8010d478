import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Role, UserStatus } from '../../common/access/index.js';
import type { Page, PageRequest } from '../../common/http/index.js';
import { forUpdate, startsWith, Database, type Transaction } from '../../database/index.js';
import { UserEntity } from './user.entity.js';

export interface UserFilter {
  /** The start of a name or address, without case. */
  readonly search: string | null;
  readonly role: Role | null;
  readonly status: UserStatus | null;
}

const users = (manager: EntityManager) => manager.getRepository(UserEntity);

/** The only place that knows how users are stored. */
@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  countAll(): Promise<number> {
    return this.database.read((manager) => users(manager).count());
  }

  findById(id: string): Promise<UserEntity | null> {
    return this.database.read((manager) => users(manager).findOneBy({ id }));
  }

  async findByIds(ids: readonly string[]): Promise<UserEntity[]> {
    if (ids.length === 0) return [];
    return this.database.read((manager) => users(manager).findBy({ id: In(ids) }));
  }

  /** @param spellings of one address: whoever has the first of them is found. */
  async findByEmail(spellings: readonly string[]): Promise<UserEntity | null> {
    const found = await this.database.read((manager) => users(manager).findBy({ email: In(spellings) }));
    const byEmail = new Map(found.map((user) => [user.email, user]));
    return spellings.map((email) => byEmail.get(email)).find((user) => user !== undefined) ?? null;
  }

  list(filter: UserFilter, { limit, after }: PageRequest): Promise<Page<UserEntity>> {
    return this.database.read(async (manager) => {
      const query = users(manager)
        .createQueryBuilder('user')
        .orderBy({ 'user.createdAt': 'DESC', 'user.id': 'DESC' });
      if (filter.role) query.andWhere('user.role = :role', { role: filter.role });
      if (filter.status) query.andWhere('user.status = :status', { status: filter.status });
      if (filter.search) {
        query.andWhere(
          '(user.nameFolded >= :from AND user.nameFolded < :to OR user.email >= :from AND user.email < :to)',
          startsWith(filter.search),
        );
      }
      if (after) {
        query.andWhere(
          'user.createdAt <= :createdAt AND (user.createdAt < :createdAt OR user.id < :id)',
          after,
        );
      }
      const found = await query.take(limit + 1).getMany();
      const items = found.slice(0, limit);
      return { items, next: found.length > limit ? (items.at(-1) ?? null) : null };
    });
  }

  /** How many users have each role and status; pairs that nobody has are left out. */
  async countByRoleAndStatus(): Promise<{ role: Role; status: UserStatus; count: number }[]> {
    const rows = await this.database.read((manager) =>
      users(manager)
        .createQueryBuilder('user')
        .select('user.role', 'role')
        .addSelect('user.status', 'status')
        .addSelect('COUNT(*)', 'count')
        .groupBy('user.role')
        .addGroupBy('user.status')
        .getRawMany<{ role: Role; status: UserStatus; count: number | string }>(),
    );
    return rows.map(({ role, status, count }) => ({ role, status, count: Number(count) }));
  }

  async findActiveAdminIds(): Promise<string[]> {
    const admins = await this.database.read((manager) =>
      users(manager).find({ select: { id: true }, where: { role: 'admin', status: 'active' } }),
    );
    return admins.map(({ id }) => id);
  }

  /** The user, kept from changing until the transaction ends. */
  async lock(transaction: Transaction, id: string): Promise<UserEntity | null> {
    const [found] = await this.lockMany(transaction, [id]);
    return found ?? null;
  }

  /**
   * The users, kept from changing until the transaction ends; ids that nobody has are left out. Locked by id
   * and in one order, so that transactions which want the same users wait instead of blocking each other.
   */
  async lockMany({ manager }: Transaction, ids: readonly string[]): Promise<UserEntity[]> {
    const query = users(manager)
      .createQueryBuilder('user')
      .where('user.id IN (:...ids)', { ids: [...new Set(ids)] })
      .orderBy('user.id');
    return forUpdate(query).getMany();
  }

  hasEmail({ manager }: Transaction, email: string): Promise<boolean> {
    return users(manager).existsBy({ email });
  }

  async insert({ manager }: Transaction, user: UserEntity): Promise<void> {
    await users(manager).insert(user);
  }

  async update({ manager }: Transaction, id: string, changes: Partial<UserEntity>): Promise<void> {
    await users(manager).update({ id }, changes);
  }

  /** Sets another hash only where the one that was checked still stands. */
  async replacePassword(
    { manager }: Transaction,
    id: string,
    expectedHash: string,
    changes: Partial<UserEntity>,
  ): Promise<boolean> {
    const { affected } = await users(manager).update({ id, passwordHash: expectedHash }, changes);
    return affected === 1;
  }
}
