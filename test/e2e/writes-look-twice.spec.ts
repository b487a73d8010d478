import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { DiscoveryModule } from '@nestjs/core';
import type { Response } from 'supertest';
import { DataSource, Not, type EntityManager } from 'typeorm';
import { Database, SYSTEM_AUTHOR, type Transaction } from '../../src/database/index.js';
import { ApiKeyEntity, IdempotencyRecordEntity } from '../../src/modules/api-keys/index.js';
import { SessionEntity } from '../../src/modules/auth/index.js';
import { LANGUAGES } from '../../src/modules/console/i18n/languages.js';
import { UserEntity } from '../../src/modules/users/index.js';
import { PASSWORD, TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';
import { gate } from '../support/gate.js';
import { routesOf, type Route } from '../support/routes.js';

jest.setTimeout(300_000);

/** The targets of a request: another user with a key, and the caller with another key and session. */
interface Targets {
  readonly userId: string;
  readonly theirKeyId: string;
  readonly ownUserId: string;
  readonly ownKeyId: string;
  readonly ownSessionId: string;
}

/** A state-changing request for each unsafe route, both console forms and API bodies. */
const REQUESTS: Record<string, (targets: Targets) => { id?: string; body: object }> = {
  'ApiKeysController.create': () => ({ body: { name: 'New' } }),
  'ApiKeysController.update': ({ ownKeyId: id }) => ({ id, body: { name: 'Renamed' } }),
  'ApiKeysController.revoke': ({ ownKeyId: id }) => ({ id, body: { cascade: true } }),
  'MeController.update': () => ({ body: { name: 'Renamed' } }),
  'MeController.changePassword': () => ({ body: passwords() }),
  'MeController.revokeOtherSessions': () => ({ body: {} }),
  'MeController.endSession': ({ ownSessionId: id }) => ({ id, body: {} }),
  'AdminApiKeysController.revokeMany': ({ theirKeyId }) => ({ body: { ids: [theirKeyId], expected: 1 } }),
  'AdminApiKeysController.revoke': ({ theirKeyId: id }) => ({ id, body: { cascade: true } }),
  'AdminUsersController.create': () => ({ body: newUser() }),
  'AdminUsersController.update': ({ userId: id }) => ({ id, body: { role: 'premium' } }),
  'AdminUsersController.resetPassword': ({ userId: id }) => ({ id, body: {} }),
  'AccountController.rename': () => ({ body: { name: 'Renamed' } }),
  'AccountController.changePassword': () => ({ body: passwords() }),
  'SessionPagesController.endOthers': () => ({ body: {} }),
  'SessionPagesController.endOne': ({ ownSessionId: id }) => ({ id, body: {} }),
  'CreateKeyController.create': () => ({ body: { form: randomUUID(), name: 'New', expiry: 'never' } }),
  'ApiKeyPagesController.update': ({ ownKeyId: id }) => ({ id, body: { name: 'Renamed' } }),
  'ApiKeyPagesController.revoke': ({ ownKeyId: id }) => ({ id, body: { cascade: 'yes' } }),
  'UserPagesController.create': () => ({ body: { form: randomUUID(), ...newUser() } }),
  'UserPagesController.update': ({ userId: id }) => ({ id, body: { name: 'Renamed', role: 'premium' } }),
  'UserActionsController.suspend': ({ userId: id }) => ({ id, body: {} }),
  'UserActionsController.demote': ({ ownUserId: id }) => ({
    id,
    body: { name: 'Renamed', role: 'premium', confirm: 'yes' },
  }),
  'UserActionsController.activate': ({ userId: id }) => ({ id, body: {} }),
  'UserActionsController.reset': ({ userId: id }) => ({ id, body: { form: randomUUID() } }),
  'AdminKeyPagesController.revoke': ({ theirKeyId: id }) => ({ id, body: { cascade: 'yes' } }),
  'BulkRevocationController.revoke': ({ theirKeyId }) => ({
    body: { selection: 'ids', ids: theirKeyId, expected: '1', confirm: 'yes' },
  }),
};

/** Routes with an unsafe method that store nothing. */
const STORES_NOTHING = ['PingController.ping'];

const passwords = () => ({ currentPassword: PASSWORD, newPassword: 'another long password' });
const newUser = () => ({
  email: `${randomUUID()}@example.com`,
  name: 'New',
  role: 'standard',
  password: PASSWORD,
});

interface Caller {
  readonly userId: string;
  readonly sessionId: string | null;
  readonly keyId: string | null;
  readonly credential: Readonly<Record<string, string>>;
}

interface Ending {
  /** The expected responses of the API. */
  readonly api: { readonly status: number; readonly code: string };
  /** The expected responses of pages. */
  readonly page: { readonly status: number; readonly to: string | null };
  readonly write: (transaction: Transaction, caller: Caller) => Promise<unknown>;
}

const suspended: Ending = {
  api: { status: 403, code: 'account_suspended' },
  page: { status: 403, to: null },
  write: ({ manager }, { userId: id }) => manager.update(UserEntity, { id }, { status: 'suspended' }),
};
const demoted: Ending = {
  api: { status: 403, code: 'forbidden' },
  page: { status: 403, to: null },
  write: ({ manager }, { userId: id }) => manager.update(UserEntity, { id }, { role: 'premium' }),
};
const signedOut: Ending = {
  api: { status: 401, code: 'session_expired' },
  page: { status: 303, to: '/sign-in' },
  write: ({ manager }, { sessionId }) => manager.delete(SessionEntity, { id: sessionId! }),
};
const revoked: Ending = {
  api: { status: 401, code: 'api_key_revoked' },
  page: { status: 401, to: null },
  write: ({ manager }, { keyId: id }) =>
    manager.update(ApiKeyEntity, { id: id ?? '' }, { revokedAt: new Date() }),
};

const isPage = ({ path }: Route) => !path.startsWith('/api/');
const isTranslated = ({ path }: Route) => LANGUAGES.slice(1).some((tag) => path.startsWith(`/${tag}/`));

onEachDatabase((kind) => {
  let app: TestApp;
  let routes: Route[];

  beforeAll(async () => {
    const limit = '1000000';
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_ANONYMOUS: limit, RATE_LIMIT_SESSION: limit, RATE_LIMIT_ADMIN: limit },
      imports: [DiscoveryModule],
    });
    routes = routesOf(app).filter(
      (route) => route.method !== 'GET' && !route.access?.isPublic && !isTranslated(route),
    );
  });

  afterAll(() => app.stop());

  async function callerBy(
    method: 'session' | 'api_key',
  ): Promise<Caller & { ownKeyId: string; ownSessionId: string }> {
    const { user, id, key } = await app.createCaller('admin');
    const other = await app.createKey(user, { name: 'Other' });
    // The key has been used before, so its authentication is cached.
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
    const sessions = app.nest.get(DataSource).getRepository(SessionEntity);
    await sessions.delete({ userId: user.id });
    if (method === 'api_key') {
      const credential = { 'X-API-Key': key };
      return {
        userId: user.id,
        sessionId: null,
        keyId: id,
        credential,
        ownKeyId: other.id,
        ownSessionId: '',
      };
    }
    const credential = { Cookie: await app.signIn(user.email) };
    const session = await sessions.findOneByOrFail({ userId: user.id });
    // A second session, for the routes that end others.
    await app.signIn(user.email);
    const second = await sessions.findOneByOrFail({ userId: user.id, id: Not(session.id) });
    const own = { ownKeyId: other.id, ownSessionId: second.id };
    return { userId: user.id, sessionId: session.id, keyId: null, credential, ...own };
  }

  /** Everything that a request could change, except last uses: those of earlier requests are written in batches. */
  const dump = async (manager: EntityManager) => {
    const rows = [];
    for (const entity of [UserEntity, SessionEntity, ApiKeyEntity, IdempotencyRecordEntity])
      rows.push(
        (await manager.find<object>(entity))
          .map((row) => JSON.stringify({ ...row, lastUsedAt: null, lastUsedFrom: null }))
          .sort(),
      );
    return rows;
  };

  /**
   * Sends the request while the loss of access is written but not committed, so that the guards admit it.
   * Commits once the request wants to write. Returns the response and the rows as they were after the loss.
   */
  async function requestDuring(ending: Ending, caller: Caller, route: Route, targets: Targets) {
    const database = app.nest.get(Database);
    const ended = gate();
    const writeStarted = gate();
    const held = database.write(SYSTEM_AUTHOR, async (transaction) => {
      await ending.write(transaction, caller);
      const rows = await dump(transaction.manager);
      ended.open();
      await writeStarted.opened;
      return rows;
    });
    await ended.opened;
    const write = jest.spyOn(database, 'write').mockImplementation(function (...args) {
      if (args[0] !== SYSTEM_AUTHOR) writeStarted.open();
      return Database.prototype.write.apply(database, args);
    });
    const { id = '', body } = REQUESTS[route.name]!(targets);
    const request = app.http[route.method.toLowerCase() as 'post'](route.path.replace('{id}', id));
    const response = await request
      .type(isPage(route) ? 'form' : 'json')
      .set(caller.credential)
      .send(body);
    write.mockRestore();
    writeStarted.open();
    return { response, left: await held };
  }

  it('has a request for every unsafe route', () => {
    const covered = [...Object.keys(REQUESTS), ...STORES_NOTHING].sort();
    expect([...new Set(routes.map(({ name }) => name))].sort()).toEqual(covered);
  });

  describe.each(Object.keys(REQUESTS))('%s', (name) => {
    const endings = {
      session: [suspended, signedOut, demoted],
      api_key: [suspended, revoked, demoted],
    } as const;

    it('stores nothing for a caller who has lost access since authentication', async () => {
      const route = routes.find((each) => each.name === name)!;
      for (const method of route.access!.methods) {
        for (const ending of endings[method]) {
          if (ending === demoted && !route.access!.roles) continue;
          const { ownKeyId, ownSessionId, ...caller } = await callerBy(method);
          const otherUser = await app.createCaller();
          const theirs = { userId: otherUser.user.id, theirKeyId: otherUser.id };
          const targets = { ...theirs, ownUserId: caller.userId, ownKeyId, ownSessionId };
          const { response, left } = await requestDuring(ending, caller, route, targets);
          const found = isPage(route) ? pageOutcome(response) : apiOutcome(response);
          expect({ method, ...found }).toEqual({ method, ...(isPage(route) ? ending.page : ending.api) });
          expect(await dump(app.nest.get(DataSource).manager)).toEqual(left);
        }
      }
    });
  });
});

const apiOutcome = ({ status, body }: Response) => ({ status, code: (body as { code?: string }).code });
const pageOutcome = ({ status, headers }: Response) => ({
  status,
  to: /\/sign-in(?=\?)/.exec(String(headers['location']))?.[0] ?? null,
});
