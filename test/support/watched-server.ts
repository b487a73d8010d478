import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PASSWORD } from './app.js';

const PROBE = join(process.cwd(), 'test', 'support', 'loop-probe.mjs');
const MAIN = join(process.cwd(), 'dist', 'src', 'main.js');

export interface WatchedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface WatchedResponse {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** The built server on SQLite, in a process that measures how long its event loop is blocked. */
export class WatchedServer {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  /** The admin is `root@example.com` with `PASSWORD`. The rate limits are too high to be reached. */
  static async start(): Promise<WatchedServer> {
    const folder = mkdtempSync(join(tmpdir(), 'chameleon-watched-'));
    const limits = ['STANDARD', 'PREMIUM', 'ADMIN', 'SESSION', 'ANONYMOUS'];
    const child = spawn(process.execPath, ['--import', PROBE, MAIN], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        DATABASE_URL: `sqlite:${join(folder, 'keys.db')}`,
        ADMIN_EMAIL: 'root@example.com',
        ADMIN_PASSWORD: PASSWORD,
        BCRYPT_COST: '4',
        REGISTRATION: 'open',
        TRUST_PROXY: '1',
        FAILED_ATTEMPTS_LIMIT: '1000000',
        ...Object.fromEntries(limits.map((name) => [`RATE_LIMIT_${name}`, '1000000'])),
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    let output = '';
    const port = await new Promise<number>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${output}`)));
      child.stdout!.on('data', (chunk) => {
        output += String(chunk);
        const [, found] = /API\s+http:\/\/localhost:(\d+)\//.exec(output) ?? [];
        if (found) resolve(Number(found));
      });
    });
    return new WatchedServer(child, folder, port);
  }

  /** Whether the process is still running. */
  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  send({ method, path, headers, body }: WatchedRequest): Promise<WatchedResponse> {
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const { agent, port } = this;
      const sent = request(
        { host: '127.0.0.1', port, method, path, agent, headers: { ...headers, ...length } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () =>
            resolve({
              status: response.statusCode!,
              headers: response.headers,
              text: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      sent.once('error', reject);
      sent.end(body);
    });
  }

  /** Sends exactly these bytes on a new connection, and waits until the server closes it. */
  sendBytes(bytes: string): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes));
      socket.resume();
      // The server may close the connection on input that it does not want to read.
      socket.on('error', () => undefined);
      socket.once('close', () => resolve());
    });
  }

  /** Returns the longest time in milliseconds that the event loop was blocked during the work. */
  async blockedBy(work: () => Promise<unknown>): Promise<number> {
    await this.ask('begin');
    await work();
    return this.ask('end');
  }

  private async ask(what: 'begin' | 'end'): Promise<number> {
    const response = once(this.child, 'message');
    this.child.send(what);
    const [{ blockedMs }] = (await response) as [{ blockedMs: number }];
    return blockedMs;
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    if (this.isRunning) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
