import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = join(process.cwd(), 'dist', 'src', 'main.js');

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The built server in a process of its own. */
export class ServerProcess {
  stdout = '';
  stderr = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;

  private constructor(
    readonly url: string,
    folder: string,
    env: Record<string, string>,
  ) {
    const inherited = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
    this.child = spawn(process.execPath, [MAIN], { cwd: folder, env: { ...inherited, ...env } });
    this.child.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  /**
   * @param folder the working directory, where there must be no `.env`.
   * @param env the port is a free one where it names none.
   */
  static async spawn(folder: string, env: Record<string, string>): Promise<ServerProcess> {
    const port = env['PORT'] ?? String(await freePort());
    return new ServerProcess(`http://127.0.0.1:${port}`, folder, { ...env, PORT: port });
  }

  get output(): string {
    return this.stdout + this.stderr;
  }

  /** Waits until the server is ready; throws with its output when it ends or takes too long. */
  async ready(): Promise<this> {
    for (
      const start = Date.now();
      Date.now() - start < 30_000 && this.child.exitCode === null;
      await sleep(50)
    ) {
      const response = await fetch(`${this.url}/health/ready`).catch(() => null);
      if (response?.status === 200) return this;
    }
    throw new Error(`The server did not come up:\n${this.output}`);
  }

  /** Sends a signal, and does not wait for what comes of it. */
  signal(signal: 'SIGTERM' | 'SIGINT'): void {
    this.child.kill(signal);
  }

  /** Sends a signal and waits for the end. @returns the exit code; `null` when the signal itself ended it. */
  async kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT' = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }

  /** Waits until the process ends by itself. */
  exit(): Promise<number | null> {
    return this.ended;
  }
}
