// Users, keys and usage for the pictures of the console. The clock stands at a fixed time, and ids are fixed,
// so that new pictures differ from the old ones only where the console has changed.
import { DataSource } from 'typeorm';
import { SessionEntity } from '../../src/modules/auth/index.js';
import { ApiKeyEntity } from '../../src/modules/api-keys/index.js';
import { UsageHourEntity, UsageRecorder } from '../../src/modules/usage/index.js';
import { type Role } from '../../src/common/access/index.js';
import { UserEntity, type User } from '../../src/modules/users/index.js';
import { TestApp } from './app.js';
import { DATABASES } from './databases.js';
import { apiKeyRow, sessionRow, userRow } from './rows.js';

/** The time of all pictures. */
export const NOW = new Date('2026-03-12T14:24:30.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ago = (ms: number): Date => new Date(NOW.getTime() - ms);

const USERS: readonly (readonly [name: string, role: Role, seen: number | null])[] = [
  ['Alan Turing', 'standard', 26 * HOUR],
  ['Emmy Noether', 'premium', 12 * DAY],
  ['Edsger Dijkstra', 'standard', null],
  ['Katherine Johnson', 'premium', 4 * HOUR],
  ['Mary Somerville', 'standard', 50 * MINUTE],
];

interface Example {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  readonly used?: number;
  readonly from?: string;
  readonly expiresIn?: number;
  readonly revoked?: number;
}

/** The id of the key whose page is pictured. */
export const SHOWN_KEY = '4fTq9ZkWm2Xb';

/** Times are milliseconds ago. */
const KEYS: readonly Example[] = [
  {
    id: 'Lx0aV7cRtP31',
    name: 'Data warehouse export',
    created: 412 * DAY,
    used: 190 * DAY,
    from: '198.51.100.7',
  },
  {
    id: 'Hn5dG2yUe8Qw',
    name: 'Old staging server',
    created: 300 * DAY,
    used: 95 * DAY,
    from: '198.51.100.23',
    revoked: 94 * DAY,
  },
  { id: 'Bz6mK1sJf4Ro', name: 'Webhook Service', created: 201 * DAY, used: 3 * MINUTE, from: '203.0.113.18' },
  { id: SHOWN_KEY, name: 'Mobile App', created: 88 * DAY, used: MINUTE, from: '2001:db8::4f2a' },
  {
    id: 'Wc8pN3vTi7Ey',
    name: 'CI pipeline',
    created: 12 * DAY,
    used: 5 * HOUR,
    from: '203.0.113.40',
    expiresIn: 18 * DAY + HOUR,
  },
  { id: 'Dg2xS9oLu5Ak', name: 'Quarterly report', created: 2 * HOUR },
];

const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
  'Version/19.1 Mobile/15E148 Safari/604.1';
const BROWSERS: readonly (readonly [userAgent: string, seen: number, address: string])[] = [
  [SAFARI, 3 * HOUR, '203.0.113.77'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:148.0) Gecko/20100101 Firefox/148.0',
    2 * DAY,
    '198.51.100.7',
  ],
];

/** A server with an admin, Ada Lovelace with keys in every state, and some other users. */
export class Showcase {
  private constructor(
    readonly app: TestApp,
    readonly sessions: Readonly<Record<'ada' | 'admin' | 'newcomer', string>>,
    /** Alan Turing, whose account the pictures show to the admin. */
    readonly someone: string,
    /** Grace Hopper, the admin. */
    readonly grace: string,
  ) {}

  static async start(): Promise<Showcase> {
    const app = await TestApp.start(DATABASES[0]!, { env: { REGISTRATION: 'open' }, startsAt: NOW });
    const source = app.nest.get(DataSource);
    await source
      .getRepository(UserEntity)
      .update({ role: 'admin' }, { name: 'Grace Hopper', createdAt: ago(420 * DAY), lastSeenAt: NOW });
    const ada = await app.createUser('premium', 'ada@example.com');
    const newcomer = await app.createUser('standard', 'blaise@example.com');
    const rename = (id: string, name: string) =>
      source
        .getRepository(UserEntity)
        .update({ id }, { name, nameFolded: name.toLowerCase(), createdAt: ago(400 * DAY) });
    await rename(ada.id, 'Ada Lovelace');
    await rename(newcomer.id, 'Blaise Pascal');
    const others = await addUsers(source);
    await addKeys(source, ada.id);
    await useRateLimit(app, ada);
    await addKeys(source, others[0]!, 2);
    const sessions = {
      ada: await app.signIn('ada@example.com'),
      admin: await app.signIn('root@example.com'),
      newcomer: await app.signIn('blaise@example.com'),
    };
    for (const [userAgent, seen, address] of BROWSERS)
      await source.getRepository(SessionEntity).insert(
        sessionRow({
          userId: ada.id,
          userAgent,
          address,
          createdAt: ago(seen + 9 * DAY),
          lastSeenAt: ago(seen),
        }),
      );
    const grace = await source.getRepository(UserEntity).findOneByOrFail({ role: 'admin' });
    return new Showcase(app, sessions, others[0]!, grace.id);
  }
}

/** Uses a part of the user's rate limit, with an old key that has been revoked since. */
async function useRateLimit(app: TestApp, user: User): Promise<void> {
  const { id, key } = await app.createKey(user, { name: 'First experiment' });
  for (let i = 0; i < 37; i++) await app.http.post('/api/v1/ping').set('X-API-Key', key).send({});
  await app.nest.get(UsageRecorder).flush();
  const source = app.nest.get(DataSource);
  await source.getRepository(UsageHourEntity).delete({ apiKeyId: id });
  const fixed = apiKeyRow({
    id: 'Ym1jF6eXb0Kz',
    userId: user.id,
    createdAt: ago(412 * DAY),
    lastUsedAt: ago(409 * DAY),
    revokedAt: ago(408 * DAY),
    name: 'First experiment',
  });
  await source.getRepository(ApiKeyEntity).update({ id }, fixed);
}

async function addUsers(source: DataSource): Promise<string[]> {
  const rows = USERS.map(([name, role, seen], index) =>
    userRow({
      name,
      role,
      email: `${name.split(' ')[0]!.toLowerCase()}@example.com`,
      status: name === 'Emmy Noether' ? 'suspended' : 'active',
      createdAt: ago((380 - index * 60) * DAY),
      lastSeenAt: seen === null ? null : ago(seen),
    }),
  );
  await source.getRepository(UserEntity).insert(rows);
  return rows.map(({ id }) => id);
}

/** Adds the example keys, or the first few of them with other ids. */
async function addKeys(source: DataSource, userId: string, count = KEYS.length): Promise<void> {
  const isCopy = count < KEYS.length;
  for (const { id, name, created, used, from, expiresIn, revoked } of KEYS.slice(0, count)) {
    const key = apiKeyRow({
      id: isCopy ? [...id].reverse().join('') : id,
      userId,
      name,
      createdAt: ago(created),
      lastUsedAt: used === undefined ? null : ago(used),
      lastUsedFrom: from ?? null,
      expiresAt: expiresIn === undefined ? null : ago(-expiresIn),
      revokedAt: revoked === undefined ? null : ago(revoked),
      revokedReason: revoked === undefined ? null : 'Server was shut down',
    });
    await source.getRepository(ApiKeyEntity).insert(key);
    if (used !== undefined && used < DAY) await source.getRepository(UsageHourEntity).insert(usageOf(key.id));
  }
}

/** More requests by day than by night, and some that were limited in the busiest hours. */
function usageOf(apiKeyId: string): UsageHourEntity[] {
  const thisHour = Math.floor(NOW.getTime() / HOUR);
  return Array.from({ length: 90 * 24 }, (_, hoursAgo) => {
    const hour = thisHour - hoursAgo;
    const wave = Math.sin(((hour % 24) / 24) * 2 * Math.PI - Math.PI / 2) + 1;
    const accepted = Math.round(wave * 190 + ((hour * 37) % 60));
    return {
      apiKeyId,
      hour,
      accepted,
      limited: accepted > 400 ? accepted - 400 : 0,
      denied: hour % 17 === 0 ? 3 : 0,
    };
  });
}
