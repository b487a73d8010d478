import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './server-process.js';

/** A Redis or MariaDB for one test, which may kill and restart it. */
export class PrivateService {
  private process: ChildProcess | null = null;

  private constructor(
    readonly port: number,
    private readonly command: string,
    private readonly args: readonly string[],
    private readonly folder: string,
  ) {}

  /**
   * Stores nothing on disk: it is empty after a restart.
   * @param more additional arguments of `redis-server`.
   */
  static async redis(...more: string[]): Promise<PrivateService> {
    const folder = mkdtempSync(join(tmpdir(), 'chameleon-redis-'));
    const port = await freePort();
    const args = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
      ...more,
    ];
    return new PrivateService(port, 'redis-server', args, folder);
  }

  /** A sentinel that monitors no Redis. */
  static async sentinel(): Promise<PrivateService> {
    const folder = mkdtempSync(join(tmpdir(), 'chameleon-sentinel-'));
    const port = await freePort();
    const file = join(folder, 'sentinel.conf');
    writeFileSync(file, `port ${port}\nbind 127.0.0.1\n`);
    return new PrivateService(port, 'redis-server', [file, '--sentinel'], folder);
  }

  /**
   * Keeps its data when it is killed. The user is `root` without a password.
   * @param settings for example `--sql-mode=ANSI`.
   */
  static async mariadb(...settings: string[]): Promise<PrivateService> {
    const folder = mkdtempSync(join(tmpdir(), 'chameleon-mariadb-'));
    const port = await freePort();
    execFileSync(
      'mariadb-install-db',
      [
        '--no-defaults',
        `--datadir=${folder}`,
        '--user=root',
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
      ],
      { stdio: 'ignore' },
    );
    const args = [
      '--no-defaults',
      `--datadir=${folder}`,
      `--port=${port}`,
      `--socket=${join(folder, 'socket')}`,
      '--bind-address=127.0.0.1',
      '--user=root',
      '--innodb-buffer-pool-size=32M',
      ...settings,
    ];
    return new PrivateService(port, 'mariadbd', args, folder);
  }

  /** Resolves once the service accepts connections. */
  async start(): Promise<void> {
    this.process = spawn(this.command, this.args, { stdio: 'ignore' });
    for (let attempt = 0; attempt < 200; attempt++) {
      if (await isListening(this.port)) return;
      await sleep(100);
    }
    throw new Error(`${this.command} did not start`);
  }

  /** Suspends the process: connections stay open, but get no response. */
  hang(): void {
    this.process?.kill('SIGSTOP');
  }

  goOn(): void {
    this.process?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const { process } = this;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const exit = once(process, 'exit');
    process.kill('SIGKILL');
    await exit;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
