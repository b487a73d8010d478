import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { BcryptThread } from '../../src/modules/hashing/bcrypt-thread.js';

/** Keeps every bcrypt job from ending until it is released; then each does its real work. */
export class HeldBcrypt {
  /** How many jobs have started since it was held. */
  started = 0;
  private letGo!: () => void;
  private readonly isReleased = new Promise<void>((resolve) => (this.letGo = resolve));
  private readonly spies = (['hash', 'compare'] as const).map((method) => this.hold(method));

  /** From here on new jobs are not held either. */
  release(): void {
    this.letGo();
    for (const spy of this.spies) spy.mockRestore();
  }

  private hold(method: 'hash' | 'compare') {
    const original = Reflect.get(BcryptThread.prototype, method) as (...args: unknown[]) => Promise<never>;
    const untilReleased = async () => {
      this.started++;
      await this.isReleased;
    };
    return jest.spyOn(BcryptThread.prototype, method).mockImplementation(async function (
      this: BcryptThread,
      ...args: unknown[]
    ) {
      await untilReleased();
      return original.apply(this, args);
    });
  }
}

/** Waits until something has come about; the test's own time limit ends it when it never does. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}
