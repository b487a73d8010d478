import { availableParallelism } from 'node:os';
import bcrypt from 'bcrypt';
import { SystemClock } from '../../common/clock.js';
import { AppError } from '../../common/errors/index.js';
import { parseEnv } from '../../settings/index.js';
import { BcryptQueue } from './bcrypt.queue.js';

/** The number of jobs of one subject that run at the same time. */
const SLOTS = Math.min(4, Math.max(1, availableParallelism() - 1));
const MAX_WAITING = 64;
const ADA = { userId: 'ada' };
const CHEAP = bcrypt.hashSync('secret', 4);

const createQueue = (cost = 4) => new BcryptQueue(parseEnv({ BCRYPT_COST: String(cost) }), new SystemClock());

/** Keeps all slots of the subject busy for a few tens of milliseconds. */
const occupy = (queue: BcryptQueue) => {
  const slow = bcrypt.hashSync('slow', 9);
  return Promise.all(Array.from({ length: SLOTS }, () => queue.compare('slow', slow, 'verification', ADA)));
};

it('hashes at the configured cost, and compares', async () => {
  const queue = createQueue(5);
  const hash = await queue.hash('secret', ADA);
  expect(bcrypt.getRounds(hash)).toBe(5);
  expect(await queue.compare('secret', hash, 'verification', ADA)).toBe(true);
  expect(await queue.compare('Secret', hash, 'interactive', ADA)).toBe(false);
});

it('treats a hash with a lower cost as outdated', async () => {
  const queue = createQueue(5);
  expect(queue.isOutdated(CHEAP)).toBe(true);
  expect(queue.isOutdated(await queue.hash('secret', ADA))).toBe(false);
  expect(createQueue(4).isOutdated(await queue.hash('secret', ADA))).toBe(false);
});

it('runs jobs on all cores but one, lets 64 wait, and rejects the next', async () => {
  const queue = createQueue();
  const jobs = Array.from({ length: SLOTS + MAX_WAITING + 10 }, () =>
    queue.compare('secret', CHEAP, 'verification', ADA),
  );
  const outcomes = await Promise.allSettled(jobs);

  const accepted = outcomes.slice(0, SLOTS + MAX_WAITING);
  expect(accepted.every((outcome) => outcome.status === 'fulfilled' && outcome.value)).toBe(true);
  const rejected = outcomes
    .slice(SLOTS + MAX_WAITING)
    .map((outcome) => 'reason' in outcome && (outcome.reason as unknown));
  expect(rejected).toHaveLength(10);
  for (const error of rejected) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).kind).toMatchObject({ status: 503, code: 'unavailable' });
    expect(Number((error as AppError).headers['Retry-After'])).toBeGreaterThan(0);
  }
});

it('accepts jobs again when the lane is empty', async () => {
  const queue = createQueue();
  const flood = () =>
    Array.from({ length: SLOTS + MAX_WAITING }, () => queue.compare('secret', CHEAP, 'verification', ADA));
  await Promise.all(flood());
  expect(await Promise.all(flood())).toHaveLength(SLOTS + MAX_WAITING);
});

it('has room in one lane while the other is full', async () => {
  const queue = createQueue();
  const flood = Array.from({ length: SLOTS + MAX_WAITING }, () =>
    queue.compare('secret', CHEAP, 'verification', ADA),
  );
  await expect(queue.compare('secret', CHEAP, 'verification', ADA)).rejects.toBeInstanceOf(AppError);
  expect(await queue.compare('secret', CHEAP, 'interactive', ADA)).toBe(true);
  expect(await Promise.all(flood)).toHaveLength(SLOTS + MAX_WAITING);
});

it.each([
  ['verification', 'interactive'],
  ['interactive', 'verification'],
] as const)(
  'lets the lanes take turns: a flood of %s jobs does not delay %s jobs',
  async (flooded, other) => {
    const queue = createQueue();
    const slow = occupy(queue);
    const finished: string[] = [];
    const job = (lane: typeof flooded) =>
      queue.compare('secret', CHEAP, lane, ADA).then(() => finished.push(lane));
    const jobs = [
      ...Array.from({ length: 40 }, () => job(flooded)),
      ...Array.from({ length: 4 }, () => job(other)),
    ];
    await Promise.all([slow, ...jobs]);

    // The lanes take turns, so the four jobs of the other lane are among the first eight that start. Jobs that run at
    // the same time may finish first.
    expect(finished.lastIndexOf(other)).toBeLessThan(8 + SLOTS);
  },
);

it('continues after a failed job', async () => {
  const queue = createQueue();
  const jobs = Array.from({ length: SLOTS + 5 }, () =>
    queue.compare(undefined as unknown as string, CHEAP, 'interactive', ADA),
  );
  const outcomes = await Promise.allSettled(jobs);
  expect(outcomes.map(({ status }) => status)).toEqual(Array(SLOTS + 5).fill('rejected'));
  expect(await queue.compare('secret', CHEAP, 'interactive', ADA)).toBe(true);
});
