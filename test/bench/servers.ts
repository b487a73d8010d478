import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Usage } from './probe.js';

const START_MS = 60_000;
const PROBE = new URL('probe.js', import.meta.url).href;

export const ADMIN = { email: 'admin@chameleon.localhost', password: 'a password of the benchmark' };

/** `same-fields` sends the same headers and body as the service; `bare` and `express` send only the body. */
export type ReferenceKind = 'same-fields' | 'bare' | 'express';

interface Options {
  /** Environment variables in addition to the benchmark's defaults. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Forces a garbage collection before each reading. */
  readonly exposesGc?: boolean;
}

/** A server in its own process, on a free port. */
export class Server {
  private isStopping = false;

  constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {
    child.once('exit', (code, signal) => {
      if (!this.isStopping) process.stderr.write(`A server ended by itself: ${code ?? signal}\n`);
    });
  }

  async usage(): Promise<Usage> {
    const response = once(this.child, 'message');
    this.child.send('usage');
    const [usage] = (await response) as [Usage];
    return usage;
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exit;
  }
}

/**
 * Starts the built service with limits that the benchmark does not reach.
 * @param database a SQLite file or a database URL.
 */
export async function startService(
  database: string,
  { settings = {}, exposesGc = false }: Options = {},
): Promise<Server> {
  const NO_LIMIT = '1000000000';
  const child = start('../src/main.js', [], exposesGc ? ['--expose-gc'] : [], {
    PORT: '0',
    DATABASE_URL: database.includes('://') ? database : `sqlite:${database}`,
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    RATE_LIMIT_ADMIN: NO_LIMIT,
    RATE_LIMIT_SESSION: NO_LIMIT,
    FAILED_ATTEMPTS_LIMIT: NO_LIMIT,
    MAX_ACTIVE_KEYS_PER_USER: NO_LIMIT,
    MAX_KEYS_PER_USER: NO_LIMIT,
    LOG_LEVEL: 'error',
    ...settings,
  });
  let output = '';
  const port = new Promise<number>((resolve) => {
    child.stdout!.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const announced = /API\s+http:\/\/localhost:(\d+)\//.exec(output);
      if (announced) resolve(Number(announced[1]));
    });
  });
  return new Server(child, await untilStarted(child, port));
}

/** Starts one of the reference servers. */
export async function startReference(kind: ReferenceKind): Promise<Server> {
  const child = start('reference-server.js', [kind], [], {});
  const port = once(child, 'message').then(([message]) => (message as { port: number }).port);
  return new Server(child, await untilStarted(child, port));
}

function start(file: string, args: string[], flags: string[], env: Record<string, string>): ChildProcess {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--import', PROBE, ...flags],
    // Isolated from this shell: NODE_OPTIONS or a .env file would distort the measurement.
    env: { PATH: process.env['PATH'] ?? '', ...env },
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout!.resume();
  child.stderr!.resume();
  return child;
}

function untilStarted(child: ChildProcess, port: Promise<number>): Promise<number> {
  let complaint = '';
  child.stderr!.on('data', (chunk: Buffer) => (complaint = chunk.toString()));
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`A server ended with code ${code}: ${complaint}`)));
    setTimeout(() => reject(new Error('A server did not start.')), START_MS).unref();
  });
  return Promise.race([port, failed]);
}
