import { ADMIN, type Server } from './servers.js';

export interface NewKey {
  readonly id: string;
  readonly key: string;
}

const JSON_BODY = { 'Content-Type': 'application/json' };

interface ApiRequest {
  readonly cookie?: string;
  readonly body?: object;
}

async function post(
  { port }: Server,
  path: string,
  { cookie = '', body = {} }: ApiRequest,
): Promise<Response> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
    method: 'POST',
    headers: { ...JSON_BODY, cookie },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${path}: ${await response.text()}`);
  return response;
}

const cookieOf = (response: Response): string => (response.headers.get('set-cookie') ?? '').split(';')[0]!;

const signIn = async (server: Server, credentials: object): Promise<string> =>
  cookieOf(await post(server, '/auth/sign-in', { body: credentials }));

/** Signs in as the admin and creates keys that the server has not verified yet. */
export async function createKeys(server: Server, count: number): Promise<NewKey[]> {
  const cookie = await signInAsAdmin(server);
  const keys: NewKey[] = [];
  for (let i = 0; i < count; i++) {
    const response = await post(server, '/api-keys', { cookie, body: { name: 'Mobile App' } });
    keys.push((await response.json()) as NewKey);
  }
  return keys;
}

export const signInAsAdmin = (server: Server): Promise<string> => signIn(server, ADMIN);

/** Signs in as a user without a known password, which this replaces. Returns the cookie. */
export async function signInAs(server: Server, userId: string, email: string): Promise<string> {
  const admin = await signInAsAdmin(server);
  const reset = await post(server, `/admin/users/${userId}/reset-password`, { cookie: admin });
  const { temporaryPassword } = (await reset.json()) as { temporaryPassword: string };
  const cookie = await signIn(server, { email, password: temporaryPassword });
  const change = { currentPassword: temporaryPassword, newPassword: ADMIN.password };
  return cookieOf(await post(server, '/me/password', { cookie, body: change }));
}

/** A key of a user without a known password. */
export async function createKeyAs(server: Server, userId: string, email: string): Promise<NewKey> {
  const cookie = await signInAs(server, userId, email);
  const response = await post(server, '/api-keys', { cookie, body: { name: 'Own key' } });
  return (await response.json()) as NewKey;
}

/** The key of a scenario that needs only one. */
export async function createKey(server: Server): Promise<NewKey> {
  const [key] = await createKeys(server, 1);
  return key!;
}
