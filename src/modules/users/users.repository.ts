import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { ListPosition, Slice, SliceRequest } from '../../common/pagination/index.js';
import type { Role, UserStatus } from '../../common/access/index.js';
import {
  Database,
  dialectOf,
  findNewest,
  haveAtMostEntries,
  ListingQueries,
  scanNewest,
  startsWith,
  type IndexRange,
  type Transaction,
} from '../../database/index.js';
import { foldSearchText } from '../../common/text/email.js';
import { foldCase } from '../../common/text/fold-case.js';
import { UserEntity } from './user.entity.js';

export interface UserFilter {
  /** The start of a name or email. The search ignores case. */
  readonly search: string | null;
  readonly role: Role | null;
  readonly status: UserStatus | null;
}

/** A user to store. The repository adds the column for searches. */
export type NewUserRow = Omit<UserEntity, 'nameFolded'>;

const users = (manager: EntityManager) => manager.getRepository(UserEntity);

/** Stores users. */
@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  hasUsers(): Promise<boolean> {
    return this.database.read((manager) => users(manager).exists());
  }

  findById(id: string): Promise<UserEntity | null> {
    return this.database.read((manager) => users(manager).findOneBy({ id }));
  }

  async findByIds(ids: readonly string[]): Promise<UserEntity[]> {
    if (ids.length === 0) return [];
    return this.database.read((manager) => users(manager).findBy({ id: In(ids) }));
  }

  /** Finds the user with one of these spellings of an email. The first spelling in the list that matches wins. */
  async findByEmail(spellings: readonly string[]): Promise<UserEntity | null> {
    const found = await this.database.read((manager) => users(manager).findBy({ email: In(spellings) }));
    const byEmail = new Map(found.map((user) => [user.email, user]));
    return spellings.map((email) => byEmail.get(email)).find((user) => user !== undefined) ?? null;
  }

  list(filter: UserFilter, { limit, after }: SliceRequest): Promise<Slice<UserEntity>> {
    return this.database.read(async (manager) => {
      const found = await findPositions(manager, filter, after, limit + 1);
      const ids = found.slice(0, limit).map(({ id }) => id);
      const byId = new Map(
        (await users(manager).findBy({ id: In(ids) })).map((entity) => [entity.id, entity] as const),
      );
      const items = ids.flatMap((id) => byId.get(id) ?? []);
      return { items, next: found.length > limit ? found[limit - 1]! : null };
    });
  }

  async findActiveAdminIds(): Promise<string[]> {
    const admins = await this.database.read((manager) =>
      users(manager).find({ select: { id: true }, where: { role: 'admin', status: 'active' } }),
    );
    return admins.map(({ id }) => id);
  }

  /** Finds a user and locks it until the transaction ends. */
  async lock(transaction: Transaction, id: string): Promise<UserEntity | null> {
    const [found] = await this.lockMany(transaction, [id]);
    return found ?? null;
  }

  /**
   * Finds users and locks them until the transaction ends. Ignores unknown ids. Locks the users in the order of their
   * ids, so that transactions that lock the same users wait for each other instead of deadlocking.
   */
  async lockMany({ manager }: Transaction, ids: readonly string[]): Promise<UserEntity[]> {
    const query = users(manager)
      .createQueryBuilder('user')
      .where('user.id IN (:...ids)', { ids: [...new Set(ids)] })
      .orderBy('user.id');
    return dialectOf(manager).forUpdate(query).getMany();
  }

  hasEmail({ manager }: Transaction, email: string): Promise<boolean> {
    return users(manager).existsBy({ email });
  }

  async insert({ manager }: Transaction, user: NewUserRow): Promise<void> {
    await users(manager).insert({ ...user, nameFolded: foldCase(user.name) });
  }

  async update({ manager }: Transaction, id: string, changes: Partial<NewUserRow>): Promise<void> {
    const { name } = changes;
    await users(manager).update(
      { id },
      name === undefined ? changes : { ...changes, nameFolded: foldCase(name) },
    );
  }

  /** Replaces a password if the user still has the expected hash. Returns whether it was replaced. */
  async replacePassword(
    { manager }: Transaction,
    id: string,
    expectedHash: string,
    changes: Partial<Omit<NewUserRow, 'name'>>,
  ): Promise<boolean> {
    const { affected } = await users(manager).update({ id, passwordHash: expectedHash }, changes);
    return affected === 1;
  }
}

/** The limits of the first scan. It finds enough users for a full list if at least one user in three matches. */
const FIRST_SCAN = { entriesPerQuery: 300, maxQueries: 1 };
/** A search with more matches than this is slow. */
const MAX_SEARCHED_USERS = 20_000;
/**
 * Instead of a slow search, a list reads the rows of all users with the role and status of the filter, if there are at
 * most this many.
 */
const MAX_ROWS = 5_000;

const ALL_USERS: IndexRange = { index: 'users_created_at_id', order: 'time', indexCondition: '1 = 1' };

const matches = (column: string) => `person.${column} >= :from AND person.${column} < :to`;

const all = (...conditions: (string | null)[]): string => conditions.filter(Boolean).join(' AND ') || '1 = 1';

type Residual = Pick<IndexRange, 'residualCondition'>;

/**
 * Finds the positions of the newest users that match the filter. The alias of the table is `person`, because `user` is
 * a reserved word in SQL.
 */
async function findPositions(
  manager: EntityManager,
  { search, role, status }: UserFilter,
  after: ListPosition | null,
  limit: number,
): Promise<ListPosition[]> {
  const queries = new ListingQueries(manager, {
    table: 'users',
    alias: 'person',
    index: ALL_USERS.index,
    parameters: { role, status, ...(search && startsWith(foldSearchText(search))) },
    after,
  });
  if (!search && !role && !status) return queries.newest(ALL_USERS, limit);

  const searchCondition = search && `(${matches('name_folded')} OR ${matches('email')})`;
  const stateCondition = all(role && 'person.role = :role', status && 'person.status = :status');
  const filtered = { ...ALL_USERS, residualCondition: all(searchCondition, stateCondition) };
  const found = await scanNewest(queries, filtered, limit, FIRST_SCAN);
  if (found) return found;

  const byState = (residual: Residual = {}): IndexRange[] => [
    {
      index: role ? 'users_role_newest' : 'users_status_newest',
      order: role && !status ? 'none' : 'time',
      indexCondition: stateCondition,
      ...residual,
    },
  ];
  if (!searchCondition) return findNewest(queries, byState(), limit);
  const bySearch = (residual: Residual = {}): IndexRange[] => [
    { index: 'users_name', order: 'none', indexCondition: matches('name_folded'), ...residual },
    { index: 'users_email_newest', order: 'none', indexCondition: matches('email'), ...residual },
  ];
  const isSlowSearch =
    (role || status) && !(await haveAtMostEntries(queries, bySearch(), MAX_SEARCHED_USERS));
  if (isSlowSearch && (await haveAtMostEntries(queries, byState(), MAX_ROWS)))
    return findNewest(queries, byState({ residualCondition: searchCondition }), limit);
  return findNewest(queries, bySearch({ residualCondition: stateCondition }), limit);
}
