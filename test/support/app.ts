import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Module, type InjectionToken, type ModuleMetadata, type Type } from '@nestjs/common';
import bcrypt from 'bcrypt';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module.js';
import { configureApp } from '../../src/app.setup.js';
import type { Role, SessionPrincipal } from '../../src/common/access/index.js';
import { Clock } from '../../src/common/clock.js';
import { Settings, parseEnv } from '../../src/settings/index.js';
import { Database, SYSTEM_AUTHOR } from '../../src/database/index.js';
import { SignInService, sessionCookie, SessionEntity } from '../../src/modules/auth/index.js';
import { ApiKeysService } from '../../src/modules/api-keys/index.js';
import { normalizeEmail, UserEntity, type User } from '../../src/modules/users/index.js';
import { encodePassword } from '../../src/modules/users/passwords/password-encoding.js';
import { toUser } from '../../src/modules/users/user.js';
import { createAdapter } from '../../src/http-server/adapter.js';
import type { DatabaseKind, TestDatabase } from './databases.js';
import { sessionRow, userRow } from './rows.js';
import { TestClock } from './test-clock.js';

export const PASSWORD = 'a long enough password';
const PASSWORD_HASH = bcrypt.hashSync(encodePassword(PASSWORD), 4);

@Module({})
class EmptyModule {}

interface Options {
  readonly env?: Record<string, string>;
  /** Modules of the test, for example one with its own route. */
  readonly imports?: ModuleMetadata['imports'];
  /** A module of the application to leave out. */
  readonly without?: Type;
  /** Providers that the test replaces. */
  readonly overrides?: readonly { provide: InjectionToken; useClass: Type }[];
  /** The time on the server's clock at its start. By default the real time. */
  readonly startsAt?: Date;
  /** An existing database. By default, the app creates a database and drops it at the end. */
  readonly database?: TestDatabase;
}

let userCount = 0;

/** A running server on a free port with its own database, with shortcuts for common test steps. */
export class TestApp {
  private constructor(
    readonly nest: NestFastifyApplication,
    readonly clock: TestClock,
    readonly database: TestDatabase,
    readonly url: string,
    private readonly ownsDatabase: boolean,
  ) {}

  static async start(
    kind: DatabaseKind,
    { env = {}, imports = [], without, overrides = [], startsAt, database }: Options = {},
  ): Promise<TestApp> {
    const used = database ?? (await kind.create());
    const settings = parseEnv({
      PORT: '0',
      DATABASE_URL: used.url,
      BCRYPT_COST: '4',
      LOG_LEVEL: 'error',
      ...env,
    });
    const clock = new TestClock();
    if (startsAt) clock.advance(startsAt.getTime() - Date.now());
    const builder = Test.createTestingModule({
      imports: [AppModule.forRoot(settings), ...(imports ?? [])],
    })
      .overrideProvider(Clock)
      .useValue(clock);
    if (without) builder.overrideModule(without).useModule(EmptyModule);
    for (const { provide, useClass } of overrides) builder.overrideProvider(provide).useClass(useClass);
    const module = await builder.compile();
    const nest = module.createNestApplication<NestFastifyApplication>(createAdapter(settings), {
      bodyParser: false,
      logger: ['error', 'fatal'],
    });
    configureApp(nest);
    if (env['ADMIN_PASSWORD'] === undefined) await insertFirstAdmin(nest.get(DataSource));
    await nest.listen(0, '127.0.0.1');
    const { port } = nest.getHttpServer().address() as { port: number };
    return new TestApp(nest, clock, used, `http://127.0.0.1:${port}`, database === undefined);
  }

  /** A supertest client. Paths start at the root of the server, for example `/api/v1/me`. */
  get http() {
    return request(this.url);
  }

  /** Stores a user whose password is `PASSWORD`. Reuses one hash, because most tests need many users. */
  async createUser(role: Role = 'standard', email = `person-${++userCount}@example.com`): Promise<User> {
    const now = this.clock.now();
    const row = userRow({
      email: normalizeEmail(email),
      name: `Person ${userCount}`,
      role,
      passwordHash: PASSWORD_HASH,
      createdAt: now,
      updatedAt: now,
    });
    await this.nest.get(Database).write(SYSTEM_AUTHOR, ({ manager }) => manager.insert(UserEntity, row));
    return toUser(row);
  }

  /** The user as the caller of a service, with a session that has no cookie. */
  async principalOf({ id: userId, role }: Pick<User, 'id' | 'role'>): Promise<SessionPrincipal> {
    const now = this.clock.now();
    const session = sessionRow({ userId, createdAt: now, lastSeenAt: now });
    await this.nest
      .get(Database)
      .write(SYSTEM_AUTHOR, ({ manager }) => manager.getRepository(SessionEntity).insert(session));
    const sessionId = session.id;
    return { method: 'session', userId, role, neededRoles: null, sessionId, hasTemporaryPassword: false };
  }

  /**
   * Signs in and returns the `Cookie` header. Calls the service directly, because sign-ins per address are
   * limited.
   */
  async signIn(email: string, password = PASSWORD): Promise<string> {
    const networks = ['127.0.0.1'];
    const client = {
      address: '127.0.0.1',
      networks,
      hasDisconnected: () => false,
      userAgent: null,
      presentedToken: null,
    };
    const { token } = await this.nest.get(SignInService).signIn(email, password, client);
    return sessionCookie(this.nest.get(Settings), token).split(';')[0]!;
  }

  /** Requests a page, and again while it says that something is still being counted. */
  async getCounted(path: string, session: string): Promise<request.Response> {
    for (;;) {
      const response = await this.http.get(path).set('Cookie', session);
      if (response.headers['refresh'] === undefined) return response;
    }
  }

  /** Follows a redirect like a browser: with the session and with the notice for the next page. */
  follow(redirect: { headers: Record<string, unknown> }, session = ''): request.Test {
    const location = String(redirect.headers['location']);
    return this.http.get(location).set('Cookie', `${session}; ${noticeOf(redirect)}`);
  }

  /** Creates a key for the user, as if in a new session. */
  async createKey(
    user: Pick<User, 'id' | 'role'>,
    { name = 'Test key', expiresAt = null }: { name?: string; expiresAt?: string | null } = {},
  ): Promise<{ id: string; key: string }> {
    const input = { name, expiresAt: expiresAt === null ? null : new Date(expiresAt) };
    const { apiKey, key } = await this.nest
      .get(ApiKeysService)
      .create(await this.principalOf(user), input, null);
    return { id: apiKey.id, key: key.reveal() };
  }

  /** Creates a user with this role, and a key. */
  async createCaller(role: Role = 'standard'): Promise<{ user: User; id: string; key: string }> {
    const user = await this.createUser(role);
    return { user, ...(await this.createKey(user)) };
  }

  async stop(): Promise<void> {
    await this.nest.close();
    if (this.ownsDatabase) await this.database.drop();
  }
}

/** Inserts the first admin unless users exist. Like `createUser`, it skips the password check of the server. */
async function insertFirstAdmin(dataSource: DataSource): Promise<void> {
  const users = dataSource.getRepository(UserEntity);
  if ((await users.count()) > 0) return;
  await users.insert(
    userRow({ email: 'root@example.com', name: 'Admin', role: 'admin', passwordHash: PASSWORD_HASH }),
  );
}

const cookiesOf = ({ headers }: { headers: Record<string, unknown> }): string[] =>
  ((headers['set-cookie'] as string[] | undefined) ?? []).map((cookie) => cookie.split(';')[0]!);

/** The cookie that a browser would send after this response. */
export const cookieOf = (response: { headers: Record<string, unknown> }): string =>
  cookiesOf(response)[0] ?? '';

/** The cookie with the notice for the next page, if there is one. */
export const noticeOf = (response: { headers: Record<string, unknown> }): string =>
  cookiesOf(response).find((cookie) => cookie.startsWith('chameleon_notice=')) ?? '';
