import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { codeBlocks, section } from '../support/documents.js';
import { StartedServer } from '../support/started-server.js';

const run = promisify(execFile);

describe('The first key, as the README prints it', () => {
  let server: StartedServer;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chameleon-readme-'));
    server = await StartedServer.start();
  }, 120_000);

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    expect(await server.stop()).toBe(0);
  });

  it('is created with three commands and works', async () => {
    const text = section('README.md', 'Create your first key');
    const commands = codeBlocks(text, 'bash');
    expect(commands).toHaveLength(4);

    // Each command starts on its own line, as after a terminal prompt.
    const script = ['set -euo pipefail', ...commands]
      .join('\necho\n')
      .replaceAll('http://localhost:3000', server.url)
      .replaceAll('TEMPORARY_PASSWORD', server.temporaryPassword);
    const { stdout } = await run('bash', ['-c', script], { cwd: folder });

    expect(stdout).toMatch(/^chm_[0-9A-Za-z]{12}_[0-9A-Za-z]{36}$/m);
    expect(stdout).toContain('"echo":{"hello": "world"}');
    const [printed = ''] = codeBlocks(text, 'http');
    expect(stdout.split(/\r?\n/)).toEqual(expect.arrayContaining(printed.trim().split('\n')));
  });
});
