// Starts the built server for the checks beside this file.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const STARTED_BY_MS = 60_000;

export const ADMIN = { email: 'admin@chameleon.localhost', password: 'only for this one start' };

/**
 * Starts a server with a database of its own.
 * @param {string} node the path of the Node to start it with
 * @param {Record<string, string>} settings more environment variables
 */
export function startServer(node, settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'chameleon-check-'));
  const server = spawn(node, [resolve(import.meta.dirname, '../dist/src/main.js')], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      DATABASE_URL: `sqlite:${join(folder, 'check.db')}`,
      ADMIN_PASSWORD: ADMIN.password,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((end) => server.once('exit', (code) => end(code)));
  const url = new Promise((found, failed) => {
    let output = '';
    server.stdout.on('data', (chunk) => {
      output += chunk;
      const [, api] = /API\s+(http\S+)\n/.exec(output) ?? [];
      if (api) found(api);
    });
    server.once('exit', (code) => failed(new Error(`The server ended with ${code} before it listened`)));
    setTimeout(() => failed(new Error(`The server does not start: ${output}`)), STARTED_BY_MS).unref();
  });
  return {
    /** Where the API is, once the server listens. */
    url,
    /** Stops the server as a service manager would. Resolves to its exit code. */
    stop() {
      server.kill('SIGTERM');
      return ended;
    },
    /** Leaves nothing behind, whatever happened. */
    async remove() {
      server.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
