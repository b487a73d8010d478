import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { EmailsInOneForm1764000300000 } from '../../migrations/1764000300000-emails-in-one-form.js';
import { UserEntity } from '../../src/modules/users/user.entity.js';
import { openDatabase, type OpenDatabase } from '../support/database.js';
import { onEachDatabase, type TestDatabase } from '../support/databases.js';
import { userRow } from '../support/rows.js';

onEachDatabase((kind) => {
  let database: TestDatabase;
  let open: OpenDatabase;

  beforeAll(async () => {
    database = await kind.create();
    open = await openDatabase(database.url);
  });

  afterEach(async () => {
    await open.dataSource.query('DELETE FROM users');
  });

  afterAll(async () => {
    await open.close();
    await database.drop();
  });

  /** Stores users with these email addresses, oldest first. */
  async function store(...emails: string[]): Promise<string[]> {
    const rows = emails.map((email, index) =>
      userRow({ email, createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, 0, index)) }),
    );
    for (let from = 0; from < rows.length; from += 1_000)
      await open.dataSource.getRepository(UserEntity).insert(rows.slice(from, from + 1_000));
    return rows.map(({ id }) => id);
  }

  const stored = async (): Promise<string[]> => {
    const rows: { email: string }[] = await open.dataSource.query(
      'SELECT email FROM users ORDER BY created_at, id',
    );
    return rows.map(({ email }) => email);
  };

  /** Runs the migration and returns its warnings. */
  async function migrate(): Promise<string[]> {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const runner = open.dataSource.createQueryRunner();
    await new EmailsInOneForm1764000300000().up(runner);
    await runner.release();
    const warnings = warn.mock.calls.map(([message]) => String(message));
    warn.mockRestore();
    return warnings;
  }

  it('rewrites every address in its canonical form, and changes nothing on a second run', async () => {
    await store(
      'ada@münchen.de',
      'ame\u0301lie@example.com',
      'bob@example.com',
      '"carl"@example.com',
      'odd@-.-',
    );
    const expected = [
      'ada@xn--mnchen-3ya.de',
      'amélie@example.com',
      'bob@example.com',
      'carl@example.com',
      'odd@-.-',
    ];
    expect(await migrate()).toEqual([]);
    expect(await stored()).toEqual(expected);
    expect(await migrate()).toEqual([]);
    expect(await stored()).toEqual(expected);
  });

  it('leaves the newer accounts of a mailbox unchanged and names them', async () => {
    const nfd = 'ada@mu\u0308nchen.de';
    const [, second, third] = await store(nfd, 'ada@münchen.de', 'eva@köln.de', 'eva@xn--kln-sna.de');
    for (const _ of ['first', 'again']) {
      const [warning, ...more] = await migrate();
      expect(warning).toMatch(/^2 accounts share a mailbox/);
      expect(warning).toContain(second);
      expect(warning).toContain(third);
      expect(more).toEqual([]);
      expect(await stored()).toEqual([
        'ada@xn--mnchen-3ya.de',
        'ada@münchen.de',
        'eva@köln.de',
        'eva@xn--kln-sna.de',
      ]);
    }
  });

  it('continues after the first slice of users', async () => {
    const plain = Array.from({ length: 5_001 }, (_, index) => `user-${index}@example.com`);
    await store(...plain, 'last@münchen.de');
    await migrate();
    expect((await stored()).at(-1)).toBe('last@xn--mnchen-3ya.de');
  });
});
