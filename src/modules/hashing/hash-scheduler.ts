import { unavailable, type AppError } from '../../common/errors/index.js';
import { FairQueue } from './fair-queue.js';

/** `verification` proves keys for programs; `interactive` serves people: sign-in, passwords, new keys. */
export type Lane = 'verification' | 'interactive';

interface Job {
  /** Whose turn it takes. */
  readonly name: string;
  readonly start: () => void;
  readonly refuse: (error: AppError) => void;
}

const LANES: readonly Lane[] = ['verification', 'interactive'];
/** How many jobs of one subject run at once. More would let it have every core of a larger machine. */
const MAX_AT_ONCE = 4;
/** How many jobs of one subject wait in a lane: about three seconds of work at cost 10 on one core. */
const MAX_WAITING_PER_SUBJECT = 64;
/** How many jobs wait in a lane. Beyond it the subject with most of them loses its newest. */
const MAX_WAITING = 128;
const MAX_RETRY_SECONDS = 5;
/** What a job takes until the first has been measured: about cost 10. */
const FIRST_GUESS_MS = 50;
/** The weight of the latest job in the average. */
const SMOOTHING = 0.1;

/**
 * Decides whose job runs next. The lanes take turns, so that a flood in one does not keep the other waiting; in a
 * lane the subjects take turns, so that a flood of one keeps nobody else waiting for longer than a round; and
 * what is too much is refused to those who have most.
 */
export class HashScheduler {
  private readonly waiting: Record<Lane, FairQueue<Job>> = {
    verification: new FairQueue(),
    interactive: new FairQueue(),
  };
  /** How many jobs run for each subject. */
  private readonly running = new Map<string, number>();
  private free: number;
  private turn = 0;
  private jobMs = FIRST_GUESS_MS;

  /** @param places how many jobs run at once. */
  constructor(
    private readonly places: number,
    private readonly monotonicMs: () => number,
  ) {
    this.free = places;
  }

  /**
   * Runs the job when its turn has come.
   * @param names those that share the subject's turns, from the widest to the narrowest.
   * Throws `unavailable` when too many wait.
   */
  async run<T>(lane: Lane, names: readonly string[], job: () => Promise<T>): Promise<T> {
    const name = names[0]!;
    await this.takeTurn(lane, names, name);
    const startedAt = this.monotonicMs();
    try {
      return await job();
    } finally {
      this.jobMs += SMOOTHING * (this.monotonicMs() - startedAt - this.jobMs);
      this.endTurn(name);
    }
  }

  private takeTurn(lane: Lane, names: readonly string[], name: string): Promise<void> {
    const queue = this.waiting[lane];
    return new Promise((start, refuse) => {
      queue.push(names, { name, start, refuse });
      this.startNext();
      // A subject with too many has most of all.
      if (queue.sizeOf(name) > MAX_WAITING_PER_SUBJECT || queue.size > MAX_WAITING)
        queue.dropFromLargest().refuse(this.full(lane));
    });
  }

  private endTurn(name: string): void {
    const left = this.runningOf(name) - 1;
    if (left > 0) this.running.set(name, left);
    else this.running.delete(name);
    this.free++;
    this.startNext();
  }

  private startNext(): void {
    while (this.free > 0) {
      const job = this.next();
      if (!job) return;
      this.running.set(job.name, this.runningOf(job.name) + 1);
      this.free--;
      job.start();
    }
  }

  private next(): Job | undefined {
    for (let i = 0; i < LANES.length; i++) {
      this.turn = (this.turn + 1) % LANES.length;
      const job = this.waiting[LANES[this.turn]!].shift((name) => this.runningOf(name) < MAX_AT_ONCE);
      if (job) return job;
    }
    return undefined;
  }

  private runningOf(name: string): number {
    return this.running.get(name) ?? 0;
  }

  private full(lane: Lane): AppError {
    const waiting = LANES.reduce((sum, each) => sum + this.waiting[each].size, 0);
    const seconds = Math.ceil((waiting * this.jobMs) / this.places / 1_000);
    return unavailable(
      new Error(`The ${lane} lane is full`),
      'Too many keys or passwords are being checked.',
      Math.min(MAX_RETRY_SECONDS, seconds),
    );
  }
}
