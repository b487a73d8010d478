// A program that uses generated clients as customers do. It compiles only if their types say what it expects.
//   node use.js <address of the server> <email> <password>
import { client } from './hey-api/client.gen.js';
import { createClient, createConfig } from './hey-api/client/index.js';
import { createApiKey, getCurrentUser, listSessions, signIn } from './hey-api/sdk.gen.js';
import type { createApiKey as orvalCreateApiKey } from './orval/client.js';
import type { operations } from './openapi-typescript.js';

declare const process: { argv: string[] };

type Problem<
  Operation extends keyof operations,
  Status extends keyof operations[Operation]['responses'],
> = operations[Operation]['responses'][Status] extends { content: { 'application/problem+json': infer Body } }
  ? Body
  : never;
type OrvalResponse = Awaited<ReturnType<typeof orvalCreateApiKey>>;

/** Fails to compile where `Code` is wider than the codes of the operation. */
const retryable: readonly Problem<'createApiKey', 429>['code'][] = [
  'rate_limit_exceeded',
  'too_many_failed_attempts',
];
const conflicts: readonly Extract<OrvalResponse, { status: 409 }>['data']['code'][] = [
  'api_key_quota_reached',
  'already_created',
];

function check(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(`Generated client: ${what}`);
}

const [, , baseUrl = '', email = '', password = ''] = process.argv;
const sentHeaders: Headers[] = [];

function clientWith(settings: Parameters<typeof createConfig>[0]) {
  const created = createClient(createConfig({ ...settings, baseUrl }));
  created.interceptors.request.use((request) => {
    sentHeaders.push(request.headers);
    return request;
  });
  return created;
}

client.setConfig({ baseUrl });
const signedIn = await signIn({ body: { email, password } });
check(signedIn.data?.role === 'admin', 'sign-in returns the user');
const [Cookie = ''] = signedIn.response?.headers.getSetCookie()[0]?.split(';') ?? [];

const person = clientWith({ headers: { Cookie } });
const created = await createApiKey({ client: person, body: { name: 'Generated client' } });
check(created.data !== undefined, 'a session creates a key');

const program = clientWith({ auth: created.data.key });
const me = await getCurrentUser({ client: program });
check(me.data?.authentication.apiKey?.name === 'Generated client', 'the key authenticates');
check(sentHeaders.at(-1)?.get('X-API-Key') === created.data.key, 'the key is in its header');
check(sentHeaders.at(-1)?.get('Cookie') === null, 'the key is not in the cookie');

const wrong = await getCurrentUser({ client: clientWith({ auth: 'wrong' }) });
check(wrong.error?.code === 'api_key_not_found', 'a wrong key is a typed 401');
const refused = await listSessions({ client: clientWith({ headers: { 'X-API-Key': created.data.key } }) });
check(refused.error?.code === 'forbidden', 'a key on an operation for sessions is a typed 403');

// The server is started with a limit of three requests for the key's owner.
let last = await getCurrentUser({ client: program });
for (let sent = 0; sent < 3 && !last.error; sent++) last = await getCurrentUser({ client: program });
check(last.error?.code === retryable[0], 'a request beyond the limit is a typed 429');
check(Number(last.response?.headers.get('Retry-After')) > 0, 'a 429 says when to try again');
check(conflicts.length === 2, 'orval knows the codes of a 409');
