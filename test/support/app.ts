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
import { Database, SYSTEM } from '../../src/database/index.js';
import { SignInService, sessionCookie, SessionEntity } from '../../src/modules/auth/index.js';
import { ApiKeysService } from '../../src/modules/api-keys/index.js';
import { normalizeEmail, UserEntity, type User } from '../../src/modules/users/index.js';
import { encodePassword } from '../../src/modules/users/passwords/password.js';
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
  /** Modules that only the test knows, such as one with a route of its own. */
  readonly imports?: ModuleMetadata['imports'];
  /** A module of the application to leave out. */
  readonly without?: Type;
  /** Providers that the test replaces. */
  readonly overrides?: readonly { provide: InjectionToken; useClass: Type }[];
  /** An existing database; without one the app makes its own and drops it. */
  readonly database?: TestDatabase;
}

let userCount = 0;

/** A running server on a free port with its own database, and shortcuts for what most tests need. */
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
    { env = {}, imports = [], without, overrides = [], database }: Options = {},
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

  /** A supertest client; paths are those of the server, such as `/api/v1/me`. */
  get http() {
    return request(this.url);
  }

  /** Stores a user whose password is `PASSWORD`. Nothing is hashed for it, as most tests need many. */
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
    await this.nest.get(Database).write(SYSTEM, ({ manager }) => manager.insert(UserEntity, row));
    return toUser(row);
  }

  /** The user as a caller of services, with a session of their own that no cookie belongs to. */
  async principalOf({ id: userId, role }: Pick<User, 'id' | 'role'>): Promise<SessionPrincipal> {
    const now = this.clock.now();
    const session = sessionRow({ userId, createdAt: now, lastSeenAt: now });
    await this.nest
      .get(Database)
      .write(SYSTEM, ({ manager }) => manager.getRepository(SessionEntity).insert(session));
    const sessionId = session.id;
    return { method: 'session', userId, role, neededRoles: null, sessionId, hasTemporaryPassword: false };
  }

  /** The value for a `Cookie` field of a new session. Without HTTP, as an address may sign in only so often. */
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

  /** A new key that the user has made in a session of their own. */
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

  /** A user of the role together with a key. */
  async createCaller(role: Role = 'standard'): Promise<{ user: User; id: string; key: string }> {
    const user = await this.createUser(role);
    return { user, ...(await this.createKey(user)) };
  }

  async stop(): Promise<void> {
    await this.nest.close();
    if (this.ownsDatabase) await this.database.drop();
  }
}

/** The first admin, unless there are users: stored like `createUser`, as the server would look hard at the password. */
async function insertFirstAdmin(dataSource: DataSource): Promise<void> {
  const users = dataSource.getRepository(UserEntity);
  if ((await users.count()) > 0) return;
  await users.insert(
    userRow({ email: 'root@example.com', name: 'Admin', role: 'admin', passwordHash: PASSWORD_HASH }),
  );
}

/** What a browser would send back after this answer. */
export function cookieOf(response: { headers: Record<string, unknown> }): string {
  const [cookie = ''] = (response.headers['set-cookie'] as string[] | undefined) ?? [];
  return cookie.split(';')[0] ?? '';
}
