import { spawn, type ChildProcess } from 'node:child_process';

/** A Node program in its own terminal (util-linux's `script`), as an operator would start it. */
export class Terminal {
  /** The content of the terminal. */
  output = '';
  readonly exited: Promise<number | null>;
  private static readonly open = new Set<Terminal>();
  private readonly child: ChildProcess;

  constructor(folder: string, env: Record<string, string>, program: string, ...args: readonly string[]) {
    const inherited = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
    const command = `exec ${[process.execPath, program, ...args].map((part) => `'${part}'`).join(' ')}`;
    this.child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
      cwd: folder,
      env: { ...inherited, ...env },
    });
    this.child.stdout!.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.exited = new Promise((resolve) => this.child.once('close', resolve));
    Terminal.open.add(this);
    void this.exited.then(() => Terminal.open.delete(this));
  }

  /** Ends the programs that a failed test left running: closing a terminal hangs up its program. */
  static async closeAll(): Promise<void> {
    for (const { child, exited } of Terminal.open) {
      child.kill('SIGKILL');
      await exited;
    }
    Terminal.open.clear();
  }

  /** Ctrl-C. */
  interrupt(): Promise<number | null> {
    this.child.stdin!.write('\x03');
    return this.exited;
  }
}
