import { seededRandom } from '../../../test/support/seeded-random.js';
import type { AppError } from '../../common/errors/index.js';
import { queuePathOf } from './hash-subject.js';
import { FairScheduler, type Lane } from './fair-scheduler.js';

const MAX_RUNNING = 4;

/** A scheduler with a stopped clock. Each job runs until the test ends it. */
function setUp(slots: number) {
  const clock = { now: 0 };
  const scheduler = new FairScheduler(slots, () => clock.now);
  const running: { name: string; end: () => void }[] = [];
  const rejected: { name: string; error: AppError }[] = [];
  const schedule = async (name: string, path: readonly string[] = [name], lane: Lane = 'interactive') => {
    const job = () => new Promise<void>((end) => running.push({ name, end }));
    await scheduler.run(lane, path, job).catch((error: AppError) => rejected.push({ name, error }));
  };
  return { clock, scheduler, running, rejected, schedule };
}

/** Runs pending promise callbacks. */
const settle = () => new Promise(setImmediate);

it('runs at most four jobs of one subject at once, however many slots are free', async () => {
  const { running, schedule } = setUp(16);
  for (let i = 0; i < 30; i++) void schedule('ada', ['ada'], i % 2 === 0 ? 'interactive' : 'verification');
  await settle();
  expect(running).toHaveLength(MAX_RUNNING);
  void schedule('bob');
  await settle();
  expect(running.map(({ name }) => name)).toEqual([...Array<string>(MAX_RUNNING).fill('ada'), 'bob']);
});

it('treats each user and the service as subjects', () => {
  expect(['ada', 'bob'].map((userId) => queuePathOf({ userId }))).toEqual([['user ada'], ['user bob']]);
  expect(queuePathOf('service')).toEqual(['service']);
});

it('treats a /48 as one subject whose networks share its turns', async () => {
  const { running, schedule } = setUp(16);
  for (let i = 0; i < 40; i++) {
    const networks = [`2001:db8:0:${i}::/64`, '2001:db8::/56', '2001:db8::/48'];
    void schedule(`guess ${i}`, queuePathOf({ networks }));
  }
  await settle();
  expect(running).toHaveLength(MAX_RUNNING);
  // Another /56 of the same /48 gets every second turn of the /48. Other addresses get a turn immediately.
  void schedule(
    'neighbour',
    queuePathOf({ networks: ['2001:db8:0:ff00::/64', '2001:db8:0:ff00::/56', '2001:db8::/48'] }),
  );
  void schedule('other address', queuePathOf({ networks: ['203.0.113.1'] }));
  await settle();
  expect(running.map(({ name }) => name)).toContain('other address');
  running[0]!.end();
  running[1]!.end();
  await settle();
  expect(running.map(({ name }) => name)).toContain('neighbour');
});

it('lets 64 jobs of a subject wait, and rejects the next with the estimated waiting time', async () => {
  const { clock, running, rejected, schedule } = setUp(1);
  void schedule('ada');
  await settle();
  clock.now += 1_050;
  running[0]!.end();
  await settle();
  for (let i = 0; i < 70; i++) void schedule('ada');
  await settle();
  expect(rejected).toHaveLength(5);
  for (const { error } of rejected) {
    expect(error.kind).toMatchObject({ status: 503, code: 'unavailable' });
    // 64 jobs of 150 ms on average take 9.6 seconds. `Retry-After` is at most 5 seconds.
    expect(error.headers['Retry-After']).toBe('5');
  }
});

it('rounds the waiting time up to one second', async () => {
  const { running, rejected, schedule } = setUp(1);
  // On this clock, the jobs take no time.
  for (let i = 0; i < 40; i++) {
    void schedule('ada');
    await settle();
    running.at(-1)!.end();
    await settle();
  }
  for (let i = 0; i < 66; i++) void schedule('ada');
  await settle();
  expect(rejected.map(({ error }) => error.headers['Retry-After'])).toEqual(['1']);
});

it('estimates the waiting time from both lanes and all slots', async () => {
  const { rejected, schedule } = setUp(MAX_RUNNING);
  const flood = async (lane: Lane, count: number) => {
    for (let i = 0; i < count; i++) void schedule('ada', ['ada'], lane);
    await settle();
  };
  // 64 jobs of 50 ms take 0.8 seconds in four slots. Twice as many take 1.6 seconds.
  await flood('interactive', MAX_RUNNING + 64 + 1);
  await flood('verification', 64 + 1);
  expect(rejected.map(({ error }) => error.headers['Retry-After'])).toEqual(['1', '2']);
});

it('gives a subject its slots again when its jobs have ended', async () => {
  const { running, schedule } = setUp(16);
  for (let round = 1; round <= 3; round++) {
    for (let i = 0; i < MAX_RUNNING + 1; i++) void schedule('ada');
    await settle();
    expect(running).toHaveLength(MAX_RUNNING);
    while (running.length > 0) {
      running.shift()!.end();
      await settle();
    }
  }
});

it('lets the lanes take turns', async () => {
  const { running, schedule } = setUp(1);
  for (let i = 0; i < 3; i++) {
    void schedule('key', ['key'], 'verification');
    void schedule('person', ['person'], 'interactive');
  }
  const order: string[] = [];
  for (let i = 0; i < 6; i++) {
    await settle();
    order.push(running.at(-1)!.name);
    running.at(-1)!.end();
  }
  expect(order).toEqual(['key', 'person', 'key', 'person', 'key', 'person']);
});

it('rejects jobs of the subjects with the most jobs, never of a subject with one job', async () => {
  const { running, rejected, schedule } = setUp(1);
  for (let i = 0; i < 60; i++) for (const flood of ['one', 'two', 'three']) void schedule(flood);
  await settle();
  expect(rejected).toHaveLength(180 - 1 - 128);
  void schedule('third person');
  await settle();
  expect(rejected).toHaveLength(180 - 128);
  expect(rejected.map(({ name }) => name)).not.toContain('third person');
  const order: string[] = [];
  for (let i = 0; i < 5; i++) {
    order.push(running.at(-1)!.name);
    running.at(-1)!.end();
    await settle();
  }
  expect(order).toContain('third person');
});

it('lets no subject wait longer than one round in a random schedule', async () => {
  const random = seededRandom(8);
  const { running, schedule } = setUp(2);
  const active = new Set<string>();
  let [started, scheduled] = [0, 0];
  for (let step = 0; step < 600; step++) {
    if (random() < 0.7) {
      const flood = `flood ${Math.floor(random() * 3)}`;
      active.add(flood);
      void schedule(flood);
    }
    if (step % 60 === 30) {
      const [person, before] = [`person ${scheduled++}`, running.length];
      void schedule(person);
      await settle();
      // With two slots, three floods and the person, at most four jobs start before the person's job.
      for (let i = 0; i < 5 && !running.some(({ name }) => name === person); i++) {
        running[started++]!.end();
        await settle();
      }
      expect(running.slice(before, before + 5).map(({ name }) => name)).toContain(person);
    }
    await settle();
    if (random() < 0.5 && started < running.length) running[started++]!.end();
    await settle();
  }
  expect(active.size).toBe(3);
  expect(scheduled).toBe(10);
});
