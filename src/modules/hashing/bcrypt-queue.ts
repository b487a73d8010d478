import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { unavailable } from '../../common/errors/index.js';
import { AppConfig } from '../../config/index.js';
import { BcryptThread } from './bcrypt-thread.js';

/** `verification` proves keys for programs; `interactive` serves people: sign-in, passwords, new keys. */
export type Lane = 'verification' | 'interactive';

interface Job {
  readonly start: (thread: BcryptThread) => void;
}

const LANES: readonly Lane[] = ['verification', 'interactive'];
/** About five seconds of work at cost 10. */
const MAX_WAITING = 64;

/**
 * All bcrypt work of the process: few at once, so that it cannot starve the calls that need none, and in
 * two lanes that take turns, so that a flood in one does not keep the other waiting.
 */
@Injectable()
export class BcryptQueue {
  private readonly free = Array.from(
    { length: Math.max(1, availableParallelism() - 1) },
    () => new BcryptThread(),
  );
  private readonly waiting: Record<Lane, Job[]> = { verification: [], interactive: [] };
  private turn = 0;

  constructor(private readonly config: AppConfig) {}

  /** A hash of at most 72 bytes of text at the configured cost. Throws `unavailable` when the lane is full. */
  hash(text: string): Promise<string> {
    return this.run('interactive', (thread) => thread.hash(text, this.config.bcryptCost));
  }

  /** Whether the hash is of this text. Throws `unavailable` when the lane is full. */
  compare(text: string, hash: string, lane: Lane): Promise<boolean> {
    return this.run(lane, (thread) => thread.compare(text, hash));
  }

  /** Whether the hash was made at a lower cost than the configured one. */
  isOutdated(hash: string): boolean {
    return bcrypt.getRounds(hash) < this.config.bcryptCost;
  }

  private async run<T>(lane: Lane, work: (thread: BcryptThread) => Promise<T>): Promise<T> {
    const thread = this.free.pop() ?? (await this.wait(lane));
    try {
      return await work(thread);
    } finally {
      this.handOn(thread);
    }
  }

  private wait(lane: Lane): Promise<BcryptThread> {
    const queue = this.waiting[lane];
    if (queue.length >= MAX_WAITING) {
      throw unavailable(
        new Error(`The ${lane} lane is full`),
        'Too many keys or passwords are being checked.',
        2,
      );
    }
    return new Promise((start) => queue.push({ start }));
  }

  private handOn(thread: BcryptThread): void {
    for (let i = 0; i < LANES.length; i++) {
      this.turn = (this.turn + 1) % LANES.length;
      const job = this.waiting[LANES[this.turn]!].shift();
      if (job) return job.start(thread);
    }
    this.free.push(thread);
  }
}
