import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { BcryptThread } from '../../src/modules/hashing/bcrypt-thread.js';

/** Pauses bcrypt jobs until they are released; then each does its real work. */
export class HeldBcrypt {
  isReleased = false;
  private readonly held: { text: string; resume: () => void }[] = [];
  private readonly passing = new Set<string>();
  private readonly spies = (['hash', 'compare'] as const).map((method) => this.hold(method));

  /** Releases the job for this text only, even if it has not arrived yet. */
  letPass(text: string): void {
    this.passing.add(text);
    const passes = this.held.findIndex((job) => job.text === text);
    if (passes >= 0) this.held.splice(passes, 1)[0]!.resume();
  }

  /** Releases the oldest paused job, once there is one. */
  async releaseOne(): Promise<void> {
    await until(() => this.held.length > 0);
    this.held.shift()!.resume();
  }

  /** Releases all jobs, and stops pausing new ones. */
  release(): void {
    this.isReleased = true;
    for (const spy of this.spies) spy.mockRestore();
    for (const { resume } of this.held) resume();
  }

  private hold(method: 'hash' | 'compare') {
    const prototype: Record<typeof method, (...args: unknown[]) => Promise<unknown>> =
      BcryptThread.prototype as never;
    const original = prototype[method];
    const untilReleased = async (text: string) => {
      if (!this.passing.has(text)) await new Promise<void>((resume) => this.held.push({ text, resume }));
    };
    return jest.spyOn(prototype, method).mockImplementation(async function (this: unknown, ...args) {
      await untilReleased(String(args[0]));
      return original.apply(this, args);
    });
  }
}

/** Waits up to ten seconds until the condition is true. */
export async function until(condition: () => boolean): Promise<void> {
  for (const start = performance.now(); !condition(); await sleep(5))
    if (performance.now() - start > 10_000) throw new Error('The condition did not become true');
}
