import { PASSWORD } from './app.js';
import { type Instance, withKey, type Credential } from './instance.js';

const ADMIN = 'root@example.com';

/** How a page is opened: with a session of this user, or without any. */
export type Viewer = 'admin' | 'newcomer' | 'temporary' | 'visitor';

/** Users and keys for every page of the console, and a session of each viewer. */
export interface ConsoleData {
  readonly sessions: Readonly<Record<Viewer, Credential | null>>;
  /** Keys of the admin. */
  readonly usedKey: string;
  readonly revokedKey: string;
  /** A user with two keys. */
  readonly user: string;
  readonly suspended: string;
  readonly admin: string;
}

/** Settings of a server whose limits the checks of all pages don't reach. */
export const CONSOLE_SETTINGS = {
  REGISTRATION: 'open',
  FAILED_ATTEMPTS_LIMIT: '1000',
  RATE_LIMIT_SIGN_IN: '1000',
};

/** Fills a server that was started with `CONSOLE_SETTINGS`. */
export async function fillConsole(server: Instance): Promise<ConsoleData> {
  const admin = await server.signIn(ADMIN);
  const create = async (name: string) =>
    (await server.request('POST', '/api-keys', admin, { name })).body as { id: string; key: string };
  const used = await create('Mobile App');
  const revoked = await create('<script>alert(1)</script> & 移动应用');
  for (let i = 0; i < 3; i++) await server.request('POST', '/ping', withKey(used.key), {});
  await server.request('POST', `/api-keys/${revoked.id}/revoke`, admin, { reason: 'Leaked' });

  const user = await server.createCaller('premium', 2);
  const me = await server.request('GET', '/me', admin);
  const suspended = await server.createCaller('standard', 1);
  await server.request('PATCH', `/admin/users/${suspended.id}`, admin, { status: 'suspended' });
  const newcomer = await server.createCaller('standard', 0);
  return {
    sessions: {
      admin,
      newcomer: await server.signIn(newcomer.email, PASSWORD),
      temporary: await withTemporaryPassword(server, admin),
      visitor: null,
    },
    usedKey: used.id,
    revokedKey: revoked.id,
    user: user.id,
    suspended: suspended.id,
    admin: (me.body['user'] as { id: string }).id,
  };
}

async function withTemporaryPassword(server: Instance, admin: Credential): Promise<Credential> {
  const user = { email: `${crypto.randomUUID()}@example.com`, name: 'New', role: 'standard' };
  const { body } = await server.request('POST', '/admin/users', admin, user);
  return server.signIn(user.email, String(body['temporaryPassword']));
}
