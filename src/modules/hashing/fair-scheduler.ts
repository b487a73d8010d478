import { unavailable, type AppError } from '../../common/errors/index.js';
import { FairQueue } from './fair-queue.js';

/**
 * The kind of a job. `verification` is for API keys in requests, which programs send. `interactive` is for people who
 * sign in, change passwords or create keys.
 */
export type Lane = 'verification' | 'interactive';

interface Job {
  /** The subject that the job belongs to. */
  readonly subject: string;
  readonly start: () => void;
  readonly reject: (error: AppError) => void;
}

const LANES: readonly Lane[] = ['verification', 'interactive'];
/** The maximum number of running jobs per subject. Without it, one subject could use every core of a large machine. */
const MAX_RUNNING_PER_SUBJECT = 4;
/**
 * The maximum number of waiting jobs per subject and lane. One core needs about 3 seconds for them with bcrypt cost 10.
 */
const MAX_WAITING_PER_SUBJECT = 64;
/**
 * The maximum number of waiting jobs per lane. If there are more, the newest job of the subject with the most jobs
 * fails.
 */
const MAX_WAITING = 128;
const MAX_RETRY_SECONDS = 5;
/** The assumed duration of a job before the first measurement. It is typical for bcrypt with cost 10. */
const INITIAL_JOB_MS = 50;
/** The weight of the latest job in the moving average. */
const SMOOTHING = 0.1;

/**
 * Decides which job runs next. The lanes take turns, so many jobs in one lane don't delay the other lane. Inside a
 * lane, the subjects take turns, so many jobs of one subject delay the others by at most one round. When too many jobs
 * wait, a job of the subject with the most waiting jobs fails.
 */
export class FairScheduler {
  private readonly waiting: Record<Lane, FairQueue<Job>> = {
    verification: new FairQueue(),
    interactive: new FairQueue(),
  };
  /** The number of running jobs of each subject. */
  private readonly running = new Map<string, number>();
  private freeSlots: number;
  private lastLane = 0;
  private averageJobMs = INITIAL_JOB_MS;

  /** @param slots the number of jobs that run at once. */
  constructor(
    private readonly slots: number,
    private readonly monotonicMs: () => number,
  ) {
    this.freeSlots = slots;
  }

  /**
   * Runs a job when its turn has come.
   * @param path the groups of the job, from the widest to the narrowest. The widest group is the job's subject, to
   * which the limits apply.
   * @returns the result of the job.
   * @throws `unavailable` when too many jobs wait.
   */
  async run<T>(lane: Lane, path: readonly string[], job: () => Promise<T>): Promise<T> {
    const subject = path[0]!;
    await this.waitForSlot(lane, path, subject);
    const startedAtMs = this.monotonicMs();
    try {
      return await job();
    } finally {
      this.averageJobMs += SMOOTHING * (this.monotonicMs() - startedAtMs - this.averageJobMs);
      this.releaseSlot(subject);
    }
  }

  private waitForSlot(lane: Lane, path: readonly string[], subject: string): Promise<void> {
    const queue = this.waiting[lane];
    return new Promise((start, reject) => {
      queue.push(path, { subject, start, reject });
      this.startNext();
      // If the subject exceeds its own limit, it has the largest group, because all other subjects are within their
      // limits.
      if (queue.sizeOf(subject) > MAX_WAITING_PER_SUBJECT || queue.size > MAX_WAITING)
        queue.dropFromLargest().reject(this.fullError(lane));
    });
  }

  private releaseSlot(subject: string): void {
    const count = this.countRunning(subject) - 1;
    if (count > 0) this.running.set(subject, count);
    else this.running.delete(subject);
    this.freeSlots++;
    this.startNext();
  }

  private startNext(): void {
    while (this.freeSlots > 0) {
      const job = this.nextJob();
      if (!job) return;
      this.running.set(job.subject, this.countRunning(job.subject) + 1);
      this.freeSlots--;
      job.start();
    }
  }

  private nextJob(): Job | undefined {
    for (let i = 0; i < LANES.length; i++) {
      this.lastLane = (this.lastLane + 1) % LANES.length;
      const queue = this.waiting[LANES[this.lastLane]!];
      const job = queue.shift((subject) => this.countRunning(subject) < MAX_RUNNING_PER_SUBJECT);
      if (job) return job;
    }
    return undefined;
  }

  private countRunning(subject: string): number {
    return this.running.get(subject) ?? 0;
  }

  private fullError(lane: Lane): AppError {
    const waiting = LANES.reduce((sum, each) => sum + this.waiting[each].size, 0);
    const seconds = Math.ceil((waiting * this.averageJobMs) / this.slots / 1_000);
    return unavailable(
      new Error(`The hashing queue for ${lane} jobs is full`),
      'Too many keys or passwords are being checked. Try again shortly.',
      Math.min(MAX_RETRY_SECONDS, seconds),
    );
  }
}
