// Starts the built server with the Node that is given, makes a key and calls with it, and stops the server.
//   node .ci/smoke.mjs <path of node>
import assert from 'node:assert/strict';
import { ADMIN, startServer } from './server.mjs';

const server = startServer(process.argv[2]);

try {
  const api = await server.url;
  const post = (path, body, headers) =>
    fetch(api + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  const signedIn = await post('/auth/sign-in', ADMIN);
  assert.equal(signedIn.status, 200, 'sign-in');
  const [Cookie] = signedIn.headers.get('set-cookie').split(';');
  const created = await post('/api-keys', { name: 'Smoke test' }, { Cookie });
  assert.equal(created.status, 201, 'creating a key');
  const { key } = await created.json();

  const answer = await post('/ping', { hello: 'world' }, { 'X-API-Key': key });
  assert.equal(answer.status, 200, 'ping');
  assert.deepEqual((await answer.json()).echo, { hello: 'world' });
  assert.equal(answer.headers.get('ratelimit-policy'), '"admin";q=1000;w=60');
  assert.equal(answer.headers.get('ratelimit'), '"admin";r=999;t=60');
  assert.equal(answer.headers.get('x-ratelimit-remaining'), '999');

  const page = await fetch(new URL('/sign-in', api));
  assert.equal(page.status, 200, 'sign-in page');
  for (const [, path] of (await page.text()).matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
    assert.equal((await fetch(new URL(path, api))).status, 200, path);
  }

  assert.equal(await server.stop(), 0, 'exit code after SIGTERM');
} finally {
  await server.remove();
}
