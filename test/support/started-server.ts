import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Options {
  /** Where the project is. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** `npm start` as a program runs it first, on a free port and with its data in a folder of its own. */
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
      // Empty ones count as unset, and keep what a developer's .env says away.
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

  /** Sends SIGTERM to npm. @returns npm's exit code; `null` when the signal ended npm. */
  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((end) => this.npm.once('exit', end));
    this.npm.kill('SIGTERM');
    const code = await ended;
    rmSync(this.folder, { recursive: true, force: true });
    return code;
  }
}
