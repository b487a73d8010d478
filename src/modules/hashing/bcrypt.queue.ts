import { availableParallelism } from 'node:os';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { Clock } from '../../common/clock.js';
import { Settings } from '../../settings/index.js';
import { BcryptThread } from './bcrypt-thread.js';
import { queuePathOf, type HashSubject } from './hash-subject.js';
import { FairScheduler, type Lane } from './fair-scheduler.js';

const THREADS = Math.max(1, availableParallelism() - 1);

/** Runs all bcrypt jobs of the process. It leaves one core free, so that other requests stay fast. */
@Injectable()
export class BcryptQueue implements OnApplicationShutdown {
  private readonly threads = Array.from({ length: THREADS }, () => new BcryptThread());
  private readonly idleThreads = [...this.threads];
  private readonly scheduler: FairScheduler;

  constructor(
    private readonly settings: Settings,
    clock: Clock,
  ) {
    this.scheduler = new FairScheduler(THREADS, () => clock.monotonicMs());
  }

  /** Ends the threads. Jobs that are still running are rejected with `unavailable`. */
  onApplicationShutdown(): void {
    for (const thread of this.threads) thread.close();
  }

  /** Hashes a text of at most 72 bytes with the configured cost. Throws `unavailable` when too many jobs wait. */
  hash(text: string, subject: HashSubject): Promise<string> {
    return this.run('interactive', subject, (thread) => thread.hash(text, this.settings.bcryptCost));
  }

  /** Whether the hash is a hash of this text. Throws `unavailable` when too many jobs wait. */
  compare(text: string, hash: string, lane: Lane, subject: HashSubject): Promise<boolean> {
    return this.run(lane, subject, (thread) => thread.compare(text, hash));
  }

  /**
   * Whether the hash is a hash of this password. The response time must not reveal whether an account exists. So a
   * wrong password always takes at least the time of the configured cost: if the hash has a lower cost, the same job
   * also compares the password with `decoyHash`.
   * @param decoyHash any hash with the configured cost.
   * @throws `unavailable` when too many jobs wait.
   */
  comparePassword(text: string, hash: string, decoyHash: string, subject: HashSubject): Promise<boolean> {
    return this.run('interactive', subject, async (thread) => {
      const isCorrect = await thread.compare(text, hash);
      if (!isCorrect && this.isOutdated(hash)) await thread.compare(text, decoyHash);
      return isCorrect;
    });
  }

  /** Whether the cost of the hash is lower than the configured cost. */
  isOutdated(hash: string): boolean {
    return bcrypt.getRounds(hash) < this.settings.bcryptCost;
  }

  private run<T>(lane: Lane, subject: HashSubject, job: (thread: BcryptThread) => Promise<T>): Promise<T> {
    return this.scheduler.run(lane, queuePathOf(subject), async () => {
      const thread = this.idleThreads.pop()!;
      try {
        return await job(thread);
      } finally {
        this.idleThreads.push(thread);
      }
    });
  }
}
