import type { Slice, SliceRequest } from '../../src/common/pagination/index.js';
import { Database, SYSTEM_AUTHOR, type Transaction } from '../../src/database/index.js';
import type { SessionEntity } from '../../src/modules/auth/index.js';
import { SessionsRepository } from '../../src/modules/auth/sessions/sessions.repository.js';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { sessionRow } from '../support/rows.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const at = (day: number) => new Date(Date.UTC(2026, 0, day));
const ALL = { limit: 100, after: null };
const BOUNDS = { createdAfter: at(1), createdBefore: at(1_000_000), seenAfter: at(10) };

onEachDatabase((kind) => {
  let app: TestApp;
  let repository: SessionsRepository;
  let userId: string;

  beforeAll(async () => {
    app = await TestApp.start(kind);
    repository = app.nest.get(SessionsRepository);
  });

  afterAll(() => app.stop());

  beforeEach(async () => {
    ({ id: userId } = await app.createUser());
  });

  const write = <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> =>
    app.nest.get(Database).write(SYSTEM_AUTHOR, work);
  const insert = async (row: Partial<SessionEntity> = {}): Promise<SessionEntity> => {
    const session = sessionRow({ userId, ...row });
    await write((transaction) => repository.insert(transaction, session));
    return session;
  };
  const live = async () =>
    (await repository.listLive(userId, BOUNDS, ALL)).items.map(({ userAgent }) => userAgent);

  it('finds a session by its complete hash only, with everything that was stored', async () => {
    const session = await insert({ userAgent: 'Ünï😀'.padEnd(400, 'x').slice(0, 400) });
    expect({ ...(await repository.findByTokenHash(session.tokenHash)) }).toEqual(session);
    expect(await repository.findByTokenHash(session.tokenHash.toUpperCase())).toBeNull();
    expect(await repository.findByTokenHash(session.tokenHash.slice(0, 32))).toBeNull();
  });

  it('lists sessions that are neither too old nor unused for too long, newest first', async () => {
    await insert({ userAgent: 'old', createdAt: at(1), lastSeenAt: at(20) });
    await insert({ userAgent: 'idle', createdAt: at(2), lastSeenAt: at(10) });
    await insert({ userAgent: 'first', createdAt: at(2), lastSeenAt: at(11) });
    await insert({ userAgent: 'second', createdAt: at(3), lastSeenAt: at(11) });
    const { id: otherUser } = await app.createUser();
    await insert({ userId: otherUser, userAgent: 'theirs', createdAt: at(5), lastSeenAt: at(20) });
    expect(await live()).toEqual(['second', 'first']);
  });

  it('lists page by page, even if sessions began in the same millisecond', async () => {
    const ids: string[] = [];
    for (const day of [20, 19, 19, 19, 18])
      ids.push((await insert({ createdAt: at(day), lastSeenAt: at(21) })).id);
    const all = (await repository.listLive(userId, BOUNDS, ALL)).items.map(({ id }) => id);
    expect([...all].sort()).toEqual([...ids].sort());
    const paged: string[] = [];
    let after: SliceRequest['after'] = null;
    do {
      const page: Slice<SessionEntity> = await repository.listLive(userId, BOUNDS, { limit: 2, after });
      paged.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after && paged.length < 10);
    expect(paged).toEqual(all);
  });

  it('keeps only the newest sessions of a user', async () => {
    const { id: otherUser } = await app.createUser();
    await insert({ userId: otherUser, userAgent: 'theirs', createdAt: at(2), lastSeenAt: at(21) });
    for (const day of [11, 14, 12, 13])
      await insert({ userAgent: `day ${day}`, createdAt: at(day), lastSeenAt: at(21) });
    await write((transaction) => repository.deleteOlderThanNewest(transaction, userId, 2));
    expect(await live()).toEqual(['day 14', 'day 13']);
    userId = otherUser;
    expect(await live()).toEqual(['theirs']);
  });

  it('deletes expired sessions of this user only', async () => {
    const { id: otherUser } = await app.createUser();
    const over = [
      await insert({ createdAt: at(1), lastSeenAt: at(20) }),
      await insert({ createdAt: at(2), lastSeenAt: at(10) }),
    ];
    const remaining = [
      await insert({ createdAt: at(2), lastSeenAt: at(11) }),
      await insert({ userId: otherUser, createdAt: at(1), lastSeenAt: at(1) }),
    ];
    await write((transaction) => repository.deleteOver(transaction, userId, BOUNDS));
    for (const { tokenHash } of over) expect(await repository.findByTokenHash(tokenHash)).toBeNull();
    for (const { tokenHash } of remaining) expect(await repository.findByTokenHash(tokenHash)).not.toBeNull();
  });

  it("deletes the user's expired sessions at sign-in, and no live ones", async () => {
    const user = await app.createUser();
    const now = app.clock.now().getTime();
    const row = (createdDaysAgo: number, seenDaysAgo: number) =>
      insert({
        userId: user.id,
        createdAt: new Date(now - createdDaysAgo * DAY_MS),
        lastSeenAt: new Date(now - seenDaysAgo * DAY_MS),
      });
    const over = [await row(30.01, 1), await row(8, 7.01)];
    const live = await row(29, 6);
    await app.signIn(user.email);
    for (const { tokenHash } of over) expect(await repository.findByTokenHash(tokenHash)).toBeNull();
    expect(await repository.findByTokenHash(live.tokenHash)).not.toBeNull();
  });

  it('moves the last use of a session forward, never back', async () => {
    const { id, tokenHash } = await insert({ lastSeenAt: at(5) });
    const seen = async () => (await repository.findByTokenHash(tokenHash))?.lastSeenAt;
    await write((transaction) => repository.slide(transaction, id, at(7), at(1_000)));
    expect(await seen()).toEqual(at(7));
    await write((transaction) => repository.slide(transaction, id, at(6), at(1_000)));
    expect(await seen()).toEqual(at(7));
  });

  it('locks a session only for its own user', async () => {
    const { id } = await insert({});
    const locked = (owner: string) => write((transaction) => repository.lock(transaction, id, owner));
    expect((await locked(userId))?.id).toBe(id);
    const { id: otherUser } = await app.createUser();
    expect(await locked(otherUser)).toBeNull();
  });

  it('corrects a time recorded by a clock that was ahead', async () => {
    const { id, tokenHash } = await insert({ lastSeenAt: at(900) });
    await write((transaction) => repository.slide(transaction, id, at(6), at(8)));
    expect((await repository.findByTokenHash(tokenHash))?.lastSeenAt).toEqual(at(6));
    await write((transaction) => repository.deleteOfUser(transaction, userId));
  });

  it('ends one session, all but one, or all', async () => {
    const { id: otherUser } = await app.createUser();
    const theirs = await insert({ userId: otherUser });
    const row = (userAgent: string) => insert({ userAgent, createdAt: at(2), lastSeenAt: at(11) });
    const [remaining, ended] = [await row('kept'), await row('ended'), await row('other')];

    await write((transaction) => repository.deleteByTokenHash(transaction, ended.tokenHash));
    expect((await live()).sort()).toEqual(['kept', 'other']);
    await write((transaction) => repository.deleteOfUser(transaction, userId, remaining.id));
    expect(await live()).toEqual(['kept']);
    await write((transaction) => repository.deleteOfUser(transaction, userId));
    expect(await live()).toEqual([]);
    expect(await repository.findByTokenHash(theirs.tokenHash)).not.toBeNull();
  });
});
