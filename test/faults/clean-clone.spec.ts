import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import { StartedServer } from '../support/started-server.js';

jest.setTimeout(240_000);

const run = promisify(execFile);

/** Without the variables that `npm test` sets for its children, such as the project folder. */
const CLEAN_ENV = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_(?!config_registry)|INIT_CWD)/.test(name)),
);

interface Manifest {
  readonly scripts: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

describe.each(['10', '11'])('a clean clone with npm %s', (major) => {
  let folder: string;
  let clone: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chameleon-clone-'));
    clone = join(folder, 'clone');
    const { stdout: files } = await run('git', ['ls-files', '-z', '-co', '--exclude-standard']);
    for (const file of files.split('\0').filter((name) => name !== '' && existsSync(name)))
      cpSync(file, join(clone, file));

    // npm runs every script through this shell, including those of packages.
    const shell = join(folder, 'shell');
    writeFileSync(
      shell,
      `#!/bin/sh\necho "$npm_package_name $npm_lifecycle_event" >> "${folder}/scripts"\nexec sh "$@"\n`,
      {
        mode: 0o755,
      },
    );
    const { stdout: npm } = await run('npx', ['-y', '-p', `npm@${major}`, '-c', 'command -v npm'], {
      cwd: folder,
      env: CLEAN_ENV,
    });
    const PATH = `${dirname(npm.trim())}:${process.env['PATH']}`;
    env = { ...CLEAN_ENV, PATH, npm_config_script_shell: shell, npm_config_update_notifier: 'false' };
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const scriptsRun = () =>
    existsSync(join(folder, 'scripts'))
      ? readFileSync(join(folder, 'scripts'), 'utf8').trimEnd().split('\n')
      : [];

  it('installs without warnings or scripts, starts, and exits with 0 on SIGTERM', async () => {
    expect((await run('npm', ['--version'], { cwd: clone, env })).stdout).toMatch(new RegExp(`^${major}\\.`));

    const { stderr } = await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: clone, env });
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(clone, 'package.json'), 'utf8'),
    ) as Manifest;
    const direct = Object.entries({ ...dependencies, ...devDependencies }).map(
      ([name, version]) => `${name}@${version}`,
    );
    const warned = [...stderr.matchAll(/(?:deprecated |package: ')([^\s:']+)/g)].map(([, name]) => name);
    expect(warned.filter((name) => direct.includes(name!))).toEqual([]);
    expect(scriptsRun()).toEqual([]);

    const server = await StartedServer.start({ cwd: clone, env });
    let exitCode: number | null = null;
    try {
      expect(scriptsRun()).toEqual(['chameleon-api-keys start', 'chameleon-api-keys build']);
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    } finally {
      exitCode = await server.stop();
    }
    expect(exitCode).toBe(0);
    await expect(fetch(`${server.url}/health/live`)).rejects.toThrow();
  });
});
