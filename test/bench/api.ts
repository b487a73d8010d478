import { ADMIN, type Server } from './servers.js';

export interface NewKey {
  readonly id: string;
  readonly key: string;
}

const JSON_BODY = { 'Content-Type': 'application/json' };

/** Signs in as the admin and makes keys that the server has not proven yet. */
export async function createKeys({ port }: Server, count: number): Promise<NewKey[]> {
  const base = `http://127.0.0.1:${port}/api/v1`;
  const signedIn = await fetch(`${base}/auth/sign-in`, {
    method: 'POST',
    headers: JSON_BODY,
    body: JSON.stringify(ADMIN),
  });
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0]!;
  const keys: NewKey[] = [];
  for (let i = 0; i < count; i++) {
    const answer = await fetch(`${base}/api-keys`, {
      method: 'POST',
      headers: { ...JSON_BODY, cookie },
      body: JSON.stringify({ name: 'Mobile App' }),
    });
    if (answer.status !== 201) throw new Error(`A key could not be made: ${await answer.text()}`);
    keys.push((await answer.json()) as NewKey);
  }
  return keys;
}

/** The single key of a scenario that needs no more. */
export async function createKey(server: Server): Promise<NewKey> {
  const [key] = await createKeys(server, 1);
  return key!;
}
