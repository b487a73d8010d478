import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Position, Slice, SliceRequest } from '../../common/pagination/index.js';
import type { Role, UserStatus } from '../../common/access/index.js';
import {
  Database,
  dialectOf,
  ListingQueries,
  areFew,
  newestAmong,
  newestOf,
  startsWith,
  type IndexRange,
  type Transaction,
} from '../../database/index.js';
import { foldSearch } from '../../common/text/email.js';
import { foldCase } from '../../common/text/fold-case.js';
import { UserEntity } from './user.entity.js';

export interface UserFilter {
  /** The start of a name or email, case-insensitive. */
  readonly search: string | null;
  readonly role: Role | null;
  readonly status: UserStatus | null;
}

/** A user to store. The repository adds the search column. */
export type NewUserRow = Omit<UserEntity, 'nameFolded'>;

const users = (manager: EntityManager) => manager.getRepository(UserEntity);

/** The only place that knows how users are stored. */
@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  existAny(): Promise<boolean> {
    return this.database.read((manager) => users(manager).exists());
  }

  findById(id: string): Promise<UserEntity | null> {
    return this.database.read((manager) => users(manager).findOneBy({ id }));
  }

  async findByIds(ids: readonly string[]): Promise<UserEntity[]> {
    if (ids.length === 0) return [];
    return this.database.read((manager) => users(manager).findBy({ id: In(ids) }));
  }

  /** Finds the user with one of these spellings of an email. The first spelling that a user has wins. */
  async findByEmail(spellings: readonly string[]): Promise<UserEntity | null> {
    const found = await this.database.read((manager) => users(manager).findBy({ email: In(spellings) }));
    const byEmail = new Map(found.map((user) => [user.email, user]));
    return spellings.map((email) => byEmail.get(email)).find((user) => user !== undefined) ?? null;
  }

  list(filter: UserFilter, { limit, after }: SliceRequest): Promise<Slice<UserEntity>> {
    return this.database.read(async (manager) => {
      const found = await findNewest(manager, filter, after, limit + 1);
      const ids = found.slice(0, limit).map(({ id }) => id);
      const byId = new Map(
        (await users(manager).findBy({ id: In(ids) })).map((entity) => [entity.id, entity] as const),
      );
      const items = ids.flatMap((id) => byId.get(id) ?? []);
      return { items, next: found.length > limit ? found[limit - 1]! : null };
    });
  }

  /** How many users have each role and status. Pairs without users are left out. */
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

  /** Finds a user and locks it until the transaction ends. */
  async lock(transaction: Transaction, id: string): Promise<UserEntity | null> {
    const [found] = await this.lockMany(transaction, [id]);
    return found ?? null;
  }

  /**
   * Finds users and locks them until the transaction ends. Unknown ids are left out. Locks are taken in the order of
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

  /** Replaces a password only if the user still has the expected hash. */
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

/** Enough users to fill a list that contains every third of them. */
const FIRST_LOOK = 300;
const FEW = 5_000;
const MANY = 20_000;

const ALL_USERS: IndexRange = { index: 'users_created_at_id', order: 'newest', where: '1 = 1' };

/** The first users that match the filter, newest first. Queries call them `person`: `user` is a word of SQL. */
async function findNewest(
  manager: EntityManager,
  { search, role, status }: UserFilter,
  after: Position | null,
  count: number,
): Promise<Position[]> {
  const queries = new ListingQueries(manager, {
    table: 'users',
    alias: 'person',
    index: ALL_USERS.index,
    parameters: { role, status, ...(search && startsWith(foldSearch(search))) },
    after,
  });
  const starts = (column: string) => `person.${column} >= :from AND person.${column} < :to`;
  const rest = [role && 'person.role = :role', status && 'person.status = :status'];
  const where = (...conditions: (string | null)[]) => conditions.filter(Boolean).join(' AND ') || '1 = 1';
  const searched = search && `(${starts('name_folded')} OR ${starts('email')})`;
  if (!search && !role && !status) return queries.newest(ALL_USERS, count);

  const matching = { ...ALL_USERS, rest: where(searched, ...rest) };
  const found = await newestAmong(queries, matching, count, { step: FIRST_LOOK, steps: 1 });
  if (found) return found;
  const byState = (more: Pick<IndexRange, 'rest'> = {}): IndexRange[] =>
    role
      ? [{ index: 'users_role_newest', order: status ? 'newest' : 'mixed', where: where(...rest), ...more }]
      : [{ index: 'users_status_newest', order: 'newest', where: where(...rest), ...more }];
  if (!searched) return newestOf(queries, byState(), count);
  const bySearch = (more: Pick<IndexRange, 'rest'> = {}): IndexRange[] => [
    { index: 'users_name', order: 'mixed', where: starts('name_folded'), ...more },
    { index: 'users_email_newest', order: 'mixed', where: starts('email'), ...more },
  ];
  // When few users have the role or status but the search matches many, the few are read one by one.
  const isOfState = (role || status) && !(await areFew(queries, bySearch(), MANY));
  if (isOfState && (await areFew(queries, byState(), FEW)))
    return newestOf(queries, byState({ rest: searched }), count);
  return newestOf(queries, bySearch({ rest: where(...rest) }), count);
}
