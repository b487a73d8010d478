import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseEnv } from '../../src/settings/index.js';
import { generateApiKey } from '../../src/modules/api-keys/verification/api-key-format.js';
import { policiesOf } from '../../src/modules/rate-limit/policies.js';
import { codeBlocks, plain, readmeSection, tableRows } from '../support/readme.js';
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

  it('is created in three calls, and works', async () => {
    const section = readmeSection('The first key');
    const commands = codeBlocks(section, 'bash');
    expect(commands).toHaveLength(4);

    // Each command begins on a line of its own, as after the prompt of a terminal.
    const script = ['set -euo pipefail', ...commands]
      .join('\necho\n')
      .replaceAll('http://localhost:3000', server.url)
      .replaceAll('TEMPORARY_PASSWORD', server.temporaryPassword);
    const { stdout } = await run('bash', ['-c', script], { cwd: folder });

    expect(stdout).toMatch(/^chm_[0-9A-Za-z]{12}_[0-9A-Za-z]{36}$/m);
    expect(stdout).toContain('"echo":{"hello": "world"}');
    const [printed = ''] = codeBlocks(section, 'http');
    expect(stdout.split(/\r?\n/)).toEqual(expect.arrayContaining(printed.trim().split('\n')));
  });
});

describe('The README', () => {
  it('tells the real limits', () => {
    const { calls, ...failures } = policiesOf(parseEnv({}));
    const policies = [...Object.values(calls), ...Object.values(failures)];
    const told = tableRows(readmeSection('Limits')).filter((row) => row.length === 4);

    expect(told.map(([, policy, limit]) => `${plain(policy)} ${limit}`).sort()).toEqual(
      policies.map(({ name, limit }) => `${name} ${limit}`).sort(),
    );
  });

  it('gives a pattern that finds new keys', () => {
    const [pattern = ''] = codeBlocks(readmeSection('Find leaked keys'), 'regex');
    const { key } = generateApiKey('chm');

    expect(`key=${key.reveal()};`.match(pattern.trim())?.[0]).toBe(key.reveal());
  });

  it('gives a reason for every dependency and for nothing else', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      string,
      object
    >;
    const told = tableRows(readmeSection('Dependencies')).map(([name]) => plain(name));

    expect(told).toEqual([...Object.keys(dependencies!), ...Object.keys(devDependencies!)]);
  });
});
