import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import bcrypt from 'bcrypt';
import type { ListPosition, SliceRequest } from '../../src/common/pagination/index.js';
import { parseEnv } from '../../src/settings/index.js';
import {
  Database,
  isUniqueViolation,
  SYSTEM_AUTHOR,
  type StartupLock,
  type Transaction,
} from '../../src/database/index.js';
import { FirstAdminService } from '../../src/modules/users/first-admin.service.js';
import { UsersService, type UserEntity } from '../../src/modules/users/index.js';
import { encodePassword } from '../../src/modules/users/passwords/password-encoding.js';
import { UsersRepository } from '../../src/modules/users/users.repository.js';
import { PASSWORD, TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { userRow } from '../support/rows.js';

const ALL_USERS = { search: null, role: null, status: null };

onEachDatabase((kind) => {
  let app: TestApp;
  let repository: UsersRepository;
  let users: UsersService;

  beforeAll(async () => {
    app = await TestApp.start(kind);
    repository = app.nest.get(UsersRepository);
    users = app.nest.get(UsersService);
  });

  afterAll(() => app.stop());

  const insert = async (row: Partial<UserEntity> = {}): Promise<UserEntity> => {
    const user = userRow(row);
    await app.nest.get(Database).write(SYSTEM_AUTHOR, (transaction) => repository.insert(transaction, user));
    return user;
  };

  /** The names on all pages; `between` runs after each page. */
  const namesOf = async (search: string, limit = 20, between = async () => {}): Promise<string[]> => {
    const names: string[] = [];
    let after: ListPosition | null = null;
    do {
      const request: SliceRequest = { limit, after };
      const page = await users.list({ ...ALL_USERS, search }, request);
      expect(page.items.length).toBeLessThanOrEqual(limit);
      names.push(...page.items.map(({ name }) => name));
      after = page.next;
      await between();
    } while (after);
    return names;
  };

  it('never sets back when a user was last active, unless a wrong clock was a day ahead', async () => {
    const { id } = await insert();
    const seenAfter = async (...times: string[]) => {
      for (const time of times) {
        const mark = (transaction: Transaction) => users.markSeen(transaction, id, new Date(time));
        await app.nest.get(Database).write(SYSTEM_AUTHOR, mark);
      }
      return (await users.get(id)).lastSeenAt?.toISOString();
    };
    expect(await seenAfter('2026-03-01T00:00:01.000Z')).toBe('2026-03-01T00:00:01.000Z');
    expect(await seenAfter('2026-03-01T00:00:02.000Z', '2026-03-01T00:00:00.000Z')).toBe(
      '2026-03-01T00:00:02.000Z',
    );
    expect(await seenAfter('2026-03-05T00:00:00.000Z', '2026-03-04T00:00:00.000Z')).toBe(
      '2026-03-05T00:00:00.000Z',
    );
    expect(await seenAfter('2026-03-03T23:59:59.999Z')).toBe('2026-03-03T23:59:59.999Z');
  });

  it('returns what was stored, including milliseconds and emoji', async () => {
    const user = await insert({
      name: '東京 😀 O\'Neill "x" \\',
      role: 'premium',
      status: 'suspended',
      passwordIsTemporary: true,
      createdAt: new Date('2026-03-29T01:30:00.123Z'),
      updatedAt: new Date('2026-10-25T00:30:00.999Z'),
    });
    expect({ ...(await repository.findById(user.id)) }).toEqual(user);
    expect({ ...(await repository.findByEmail([user.email])) }).toEqual(user);
    const [raw] = await app.nest
      .get(Database)
      .read((manager) =>
        manager.query<{ at: string }[]>('SELECT CAST(created_at AS CHAR) AS at FROM users WHERE id = ?', [
          user.id,
        ]),
      );
    // Times are stored in UTC, because queries compare them.
    expect(raw).toEqual({ at: '2026-03-29 01:30:00.123' });
  });

  it('stores one user per email, also for simultaneous requests', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => insert({ email: 'same@example.com' })),
    );
    const failed = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(failed).toHaveLength(4);
    expect(failed.every(({ reason }) => isUniqueViolation(reason))).toBe(true);
  });

  it('distinguishes emails and ids by case', async () => {
    const user = await insert({ email: 'case@example.com' });
    expect(await repository.findByEmail(['Case@example.com'])).toBeNull();
    expect(await repository.findByEmail(['cáse@example.com'])).toBeNull();
    expect(await repository.findById(user.id.toUpperCase())).toBeNull();
    await insert({ email: 'cáse@example.com' });
  });

  it('finds no user by an id with spaces around it', async () => {
    const { id } = await insert();
    expect((await users.get(id)).id).toBe(id);
    for (const other of [`${id} `, ` ${id}`, `${id}\t`, `${id}\0`, id.toUpperCase()]) {
      await expect(users.get(other)).rejects.toMatchObject({ kind: { code: 'user_not_found' } });
    }
  });

  it('returns each user once, newest first, while users are created between pages', async () => {
    const stored: UserEntity[] = [];
    for (let index = 0; index < 23; index++) {
      // Several users share a creation time, so the id decides their order.
      const createdAt = new Date(Date.UTC(2026, 0, 1) + Math.floor(index / 4));
      stored.push(await insert({ name: `Paged ${String(index).padStart(2, '0')}`, createdAt }));
    }
    let newer = 0;
    const found = await namesOf('paged', 5, async () => {
      await insert({ name: `Paged newer ${++newer}`, createdAt: new Date(Date.UTC(2027, 0, 1)) });
    });
    const order = (one: UserEntity, other: UserEntity) =>
      other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1);
    expect(found).toEqual(stored.sort(order).map(({ name }) => name));
  });

  it('returns no cursor when the last page is exactly full', async () => {
    for (let index = 0; index < 4; index++) await insert({ name: `Full ${index}` });
    const first = await users.list({ ...ALL_USERS, search: 'full' }, { limit: 2, after: null });
    const second = await users.list({ ...ALL_USERS, search: 'full' }, { limit: 2, after: first.next });
    expect([first.items.length, second.items.length, second.next]).toEqual([2, 2, null]);
  });

  it('searches the start of names and emails, case-insensitively', async () => {
    await insert({ name: 'Zoë Grün', email: 'zg@search.example' });
    await insert({ name: 'zoo keeper', email: 'other-zg@search.example' });
    expect(await namesOf('ZOË')).toEqual(['Zoë Grün']);
    expect(await namesOf('zoe\u0308 gr')).toEqual(['Zoë Grün']);
    expect((await namesOf('zo')).sort()).toEqual(['Zoë Grün', 'zoo keeper']);
    expect(await namesOf('ZG@Search')).toEqual(['Zoë Grün']);
    expect(await namesOf('zoe')).toEqual([]);
    expect(await namesOf('keeper')).toEqual([]);
  });

  it.each(['%', '_', '\\', '[', "'", '"', '*', '😀'])('searches for %s literally', async (character) => {
    await insert({ name: `w${character}ld` });
    await insert({ name: 'wild' });
    expect(await namesOf(`w${character}`)).toEqual([`w${character}ld`]);
    expect(await namesOf(`w${character}l%`)).toEqual([]);
  });

  it('finds names and emails that continue with the last characters of Unicode', async () => {
    const ends = ['😀', '\u{10fffd}', '\uffee', ''];
    for (const end of ends) await insert({ name: `Ends${end}` });
    expect((await namesOf('ends')).sort()).toEqual(ends.map((end) => `Ends${end}`).sort());
    await insert({ name: 'Addressed', email: 'ends-with😀@search.example' });
    expect(await namesOf('ends-with')).toEqual(['Addressed']);
  });

  it('filters by role and status', async () => {
    await insert({ name: 'Filter one', role: 'premium' });
    await insert({ name: 'Filter two', role: 'premium', status: 'suspended' });
    const list = async (filter: object) => {
      const page = await users.list({ ...ALL_USERS, search: 'filter', ...filter }, { limit: 9, after: null });
      return page.items.map(({ name }) => name).sort();
    };
    expect(await list({ role: 'premium' })).toEqual(['Filter one', 'Filter two']);
    expect(await list({ role: 'premium', status: 'active' })).toEqual(['Filter one']);
    expect(await list({ status: 'suspended' })).toEqual(['Filter two']);
    expect(await list({ role: 'admin' })).toEqual([]);
  });

  it('replaces a password only if the checked hash is still stored', async () => {
    const { id, passwordHash } = await insert();
    const replace = (expected: string, by: string) =>
      app.nest
        .get(Database)
        .write(SYSTEM_AUTHOR, (transaction) =>
          repository.replacePassword(transaction, id, expected, { passwordHash: by }),
        );
    expect(await replace('$2b$04$other', 'new')).toBe(false);
    expect(await replace(passwordHash, 'new')).toBe(true);
    expect(await replace(passwordHash, 'newer')).toBe(false);
    expect((await repository.findById(id))?.passwordHash).toBe('new');
  });

  describe('the first admin', () => {
    const wasTTY = process.stdout.isTTY;
    let printed: string;
    let email: string;

    beforeEach(() => {
      printed = '';
      email = `first-${randomUUID()}@example.com`;
      // Simulates a terminal: without one, the password is written to a file next to the database.
      Object.defineProperty(process.stdout, 'isTTY', { value: true, configurable: true });
      jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed += String(text)), true));
    });

    afterEach(() => {
      jest.restoreAllMocks();
      Object.defineProperty(process.stdout, 'isTTY', { value: wasTTY, configurable: true });
    });

    /** @param results whether users exist: before the lock, and after it is acquired. */
    async function start(results: readonly boolean[], env: Record<string, string> = {}) {
      const hasUsers = jest.spyOn(users, 'hasUsers');
      for (const each of results) hasUsers.mockResolvedValueOnce(each);
      const run = jest.fn((work: () => Promise<void>) => work());
      const settings = parseEnv({ DATABASE_URL: 'sqlite:x.db', ADMIN_EMAIL: email, ...env });
      const lock = { run } as unknown as StartupLock;
      await new FirstAdminService(settings, users, lock).onApplicationBootstrap();
      return { locks: run.mock.calls.length, admin: await repository.findByEmail([email]) };
    }

    it('is created if there are no users, with a temporary password on the terminal', async () => {
      const { locks, admin } = await start([false, false]);
      expect(locks).toBe(1);
      expect(admin).toMatchObject({ role: 'admin', status: 'active', passwordIsTemporary: true });
      const [, password] = /Temporary password {2}([\w-]{20})\n/.exec(printed) ?? [];
      expect(printed).toContain(email);
      expect(await bcrypt.compare(encodePassword(password!), admin!.passwordHash)).toBe(true);
    });

    it('gets the password from the settings, which is not printed', async () => {
      const { admin } = await start([false, false], { ADMIN_PASSWORD: PASSWORD });
      expect(admin).toMatchObject({ role: 'admin', passwordIsTemporary: false });
      expect(await bcrypt.compare(encodePassword(PASSWORD), admin!.passwordHash)).toBe(true);
      expect(printed).toBe('');
    });

    it('is not created with a password that is not allowed', async () => {
      await expect(start([false, false], { ADMIN_PASSWORD: 'administrator' })).rejects.toThrow(
        /ADMIN_PASSWORD is too common/,
      );
      expect(await repository.findByEmail([email])).toBeNull();
    });

    it('is not created if nobody would see the temporary password', async () => {
      Object.defineProperty(process.stdout, 'isTTY', { value: false, configurable: true });
      await expect(start([false, false], { DATABASE_URL: 'mysql://127.0.0.1/keys' })).rejects.toThrow(
        /ADMIN_PASSWORD must be set/,
      );
      expect(await repository.findByEmail([email])).toBeNull();
    });

    it('is not created if there are users, even if another process created them meanwhile', async () => {
      expect(await start([true])).toEqual({ locks: 0, admin: null });
      expect(await start([false, true])).toEqual({ locks: 1, admin: null });
      expect(printed).toBe('');
    });
  });
});
