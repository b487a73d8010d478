import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { Clock } from '../../common/clock.js';
import { Settings } from '../../settings/index.js';
import { BcryptThread } from './bcrypt-thread.js';
import { queuePathOf, type HashSubject } from './hash-subject.js';
import { HashScheduler, type Lane } from './hash-scheduler.js';

const THREADS = Math.max(1, availableParallelism() - 1);

/** All bcrypt work of the process: few jobs at once, so that it cannot starve the calls that need none. */
@Injectable()
export class BcryptQueue {
  private readonly free = Array.from({ length: THREADS }, () => new BcryptThread());
  private readonly turns: HashScheduler;

  constructor(
    private readonly settings: Settings,
    clock: Clock,
  ) {
    this.turns = new HashScheduler(THREADS, () => clock.monotonicMs());
  }

  /** A hash of at most 72 bytes of text at the configured cost. Throws `unavailable` when too many wait. */
  hash(text: string, subject: HashSubject): Promise<string> {
    return this.run('interactive', subject, (thread) => thread.hash(text, this.settings.bcryptCost));
  }

  /** Whether the hash is of this text. Throws `unavailable` when too many wait. */
  compare(text: string, hash: string, lane: Lane, subject: HashSubject): Promise<boolean> {
    return this.run(lane, subject, (thread) => thread.compare(text, hash));
  }

  /**
   * Whether the hash is of this password, like `compare`. A wrong one takes the time of the configured cost also
   * where the hash has a lower one, and in the same turn, so that neither tells whether there is an account.
   * @param decoyHash a hash at the configured cost.
   */
  comparePassword(text: string, hash: string, decoyHash: string, subject: HashSubject): Promise<boolean> {
    return this.run('interactive', subject, async (thread) => {
      const isRight = await thread.compare(text, hash);
      if (!isRight && this.isOutdated(hash)) await thread.compare(text, decoyHash);
      return isRight;
    });
  }

  /** Whether the hash was made at a lower cost than the configured one. */
  isOutdated(hash: string): boolean {
    return bcrypt.getRounds(hash) < this.settings.bcryptCost;
  }

  private run<T>(lane: Lane, subject: HashSubject, work: (thread: BcryptThread) => Promise<T>): Promise<T> {
    return this.turns.run(lane, queuePathOf(subject), async () => {
      const thread = this.free.pop()!;
      try {
        return await work(thread);
      } finally {
        this.free.push(thread);
      }
    });
  }
}
