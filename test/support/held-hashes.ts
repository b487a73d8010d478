import { jest } from '@jest/globals';
import { BcryptQueue } from '../../src/modules/hashing/index.js';
import type { TestApp } from './app.js';
import { gate } from './gate.js';

/** Pauses the app's hashes until they are released. A request that wants a hash has passed the guards. */
export class HeldHashes {
  /** How many hashes were requested. */
  requested = 0;
  private readonly released = gate();
  private readonly spy;
  private waiting: { count: number; enough: () => void }[] = [];

  /** @param atMost how many hashes are paused; later ones run at once. */
  constructor({ nest }: TestApp, atMost = Infinity) {
    const queue = nest.get(BcryptQueue);
    const hash = queue.hash.bind(queue);
    this.spy = jest.spyOn(queue, 'hash').mockImplementation(async (...args) => {
      this.requested++;
      for (const { count, enough } of this.waiting) if (this.requested >= count) enough();
      if (this.requested <= atMost) await this.released.opened;
      return hash(...args);
    });
  }

  /** Resolves once this many hashes were requested. */
  async until(count: number): Promise<void> {
    const { open, opened } = gate();
    this.waiting.push({ count, enough: open });
    if (this.requested >= count) open();
    await opened;
  }

  release(): void {
    this.released.open();
    this.spy.mockRestore();
  }
}
