import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = join(process.cwd(), 'dist', 'src', 'main.js');

/** Returns a port that is currently free. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The built server in its own process. */
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
   * @param folder the working directory, which must not contain a `.env`.
   * @param env by default, the port is a free one.
   */
  static async spawn(folder: string, env: Record<string, string>): Promise<ServerProcess> {
    const port = env['PORT'] ?? String(await freePort());
    return new ServerProcess(`http://127.0.0.1:${port}`, folder, { ...env, PORT: port });
  }

  get output(): string {
    return this.stdout + this.stderr;
  }

  /** Waits until the server is ready. Throws with its output if it exits or takes too long. */
  async ready(): Promise<this> {
    for (
      const start = Date.now();
      Date.now() - start < 30_000 && this.child.exitCode === null;
      await sleep(50)
    ) {
      const response = await fetch(`${this.url}/health/ready`).catch(() => null);
      if (response?.status === 200) return this;
    }
    throw new Error(`The server did not start:\n${this.output}`);
  }

  /** Sends a signal without waiting for its effect. */
  signal(signal: 'SIGTERM' | 'SIGINT'): void {
    this.child.kill(signal);
  }

  /** Sends a signal and waits for the exit. @returns the exit code, or `null` if the signal killed the process. */
  async kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT' = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }

  /** Waits until the process exits. */
  exit(): Promise<number | null> {
    return this.ended;
  }
}
