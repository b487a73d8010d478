import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Options {
  /** The project folder. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** `npm start` as on a first run, on a free port and with its own data folder. */
export class StartedServer {
  private constructor(
    private readonly npm: ChildProcess,
    private readonly folder: string,
    readonly url: string,
    readonly temporaryPassword: string,
  ) {}

  static async start({ cwd = '.', env = {} }: Options = {}): Promise<StartedServer> {
    const folder = mkdtempSync(join(tmpdir(), 'chameleon-start-'));
    const npm = spawn('npm', ['start'], {
      cwd,
      // Empty values count as unset, and override a developer's .env.
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        ...env,
        PORT: '0',
        DATABASE_URL: `sqlite:${join(folder, 'chameleon.db')}`,
        ADMIN_EMAIL: '',
        ADMIN_PASSWORD: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    npm.stderr.on('data', (chunk) => (output += String(chunk)));
    return new Promise((resolve, reject) => {
      npm.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
      npm.stdout.on('data', (chunk) => {
        output += String(chunk);
        const [, file] = /Temporary password\s+in (\S+)\n/.exec(output) ?? [];
        const [, url] = /API\s+(http:\S+)\/api\/v1\n/.exec(output) ?? [];
        if (file && url) resolve(new StartedServer(npm, folder, url, readFileSync(file, 'utf8').trim()));
      });
    });
  }

  /** Sends SIGTERM to npm. @returns npm's exit code, or `null` if the signal killed npm. */
  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((end) => this.npm.once('exit', end));
    this.npm.kill('SIGTERM');
    const code = await ended;
    rmSync(this.folder, { recursive: true, force: true });
    return code;
  }
}
