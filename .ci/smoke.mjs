// Starts the built server with the Node that is given, makes a key and calls with it, and stops the server.
//   node .ci/smoke.mjs <path of node>
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PASSWORD = 'only for this one start';
const STARTED_BY_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'chameleon-smoke-'));
const server = spawn(process.argv[2], [resolve('dist/src/main.js')], {
  cwd: folder,
  env: {
    PATH: process.env.PATH,
    PORT: '0',
    DATABASE_URL: `sqlite:${join(folder, 'smoke.db')}`,
    ADMIN_PASSWORD: PASSWORD,
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise((end) => server.once('exit', (code) => end(code)));

function address() {
  return new Promise((found, failed) => {
    let output = '';
    server.stdout.on('data', (chunk) => {
      output += chunk;
      const [, url] = /API\s+(http\S+)\n/.exec(output) ?? [];
      if (url) found(url);
    });
    server.once('exit', (code) => failed(new Error(`The server ended with ${code} before it listened`)));
    setTimeout(() => failed(new Error(`The server does not start: ${output}`)), STARTED_BY_MS).unref();
  });
}

try {
  const api = await address();
  const post = (path, body, headers) =>
    fetch(api + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  const signedIn = await post('/auth/sign-in', { email: 'admin@chameleon.localhost', password: PASSWORD });
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

  server.kill('SIGTERM');
  assert.equal(await ended, 0, 'exit code after SIGTERM');
} finally {
  server.kill('SIGKILL');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
