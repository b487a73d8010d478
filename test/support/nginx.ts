import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './server-process.js';

/** An nginx for one test, with default settings and additional configuration. */
export class Nginx {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly port: number,
  ) {}

  /** @param lines the content of `http { … }`. Port 80 in it is replaced by a free port. */
  static async start(lines: string): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), 'chameleon-nginx-'));
    const port = await freePort();
    mkdirSync(join(folder, 'logs'));
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const config = join(folder, 'nginx.conf');
    writeFileSync(
      config,
      [
        'daemon off;',
        `pid ${folder}/pid;`,
        ...(process.getuid?.() === 0 ? ['user root;'] : []),
        'events {}',
        `http { access_log off; ${paths.join(' ')}`,
        lines.replace('listen 80;', `listen 127.0.0.1:${port};`),
        '}',
      ].join('\n'),
    );
    const log = join(folder, 'logs', 'error.log');
    const args = ['-p', folder, '-c', config, '-e', log];
    const child = spawn(process.env['NGINX_FOR_TESTS']!, args, { stdio: 'ignore' });
    const nginx = new Nginx(child, folder, port);
    for (let attempt = 0; attempt < 100; attempt++) {
      if (await nginx.isListening()) return nginx;
      if (child.exitCode !== null) break;
      await sleep(100);
    }
    throw new Error(`nginx does not start:\n${readFileSync(log, 'utf8')}`);
  }

  private isListening(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
  }

  /** The content of its error log. */
  get log(): string {
    return readFileSync(join(this.folder, 'logs', 'error.log'), 'utf8');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
