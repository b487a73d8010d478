import { jest } from '@jest/globals';
import { BcryptQueue } from '../../src/modules/hashing/index.js';
import type { TestApp } from './app.js';
import { gate } from './gate.js';

/** Keeps hashes of the app from being made until they are released: whoever asks has got past the guards. */
export class HeldHashes {
  /** How many were asked for. */
  requested = 0;
  private readonly released = gate();
  private readonly spy;
  private waiting: { count: number; enough: () => void }[] = [];

  /** @param atMost how many are held; later ones are made at once. */
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

  /** Resolves when so many were asked for. */
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
