import { seededRandom } from '../../../test/support/seeded-random.js';
import type { AppError } from '../../common/errors/index.js';
import { queuePathOf } from './hash-subject.js';
import { HashScheduler, type Lane } from './hash-scheduler.js';

const MOST_AT_ONCE = 4;

/** Turns on a clock that stands still; each job runs until it is ended. */
function setUp(places: number) {
  const clock = { now: 0 };
  const turns = new HashScheduler(places, () => clock.now);
  const running: { who: string; end: () => void }[] = [];
  const refused: { who: string; error: AppError }[] = [];
  const ask = async (who: string, names: readonly string[] = [who], lane: Lane = 'interactive') => {
    const job = () => new Promise<void>((end) => running.push({ who, end }));
    await turns.run(lane, names, job).catch((error: AppError) => refused.push({ who, error }));
  };
  return { clock, turns, running, refused, ask };
}

/** Lets what was decided come about. */
const settle = () => new Promise(setImmediate);

it('runs no more than four jobs of one subject at once, however many places are free', async () => {
  const { running, ask } = setUp(16);
  for (let i = 0; i < 30; i++) void ask('ada', ['ada'], i % 2 === 0 ? 'interactive' : 'verification');
  await settle();
  expect(running).toHaveLength(MOST_AT_ONCE);
  void ask('bob');
  await settle();
  expect(running.map(({ who }) => who)).toEqual([...Array<string>(MOST_AT_ONCE).fill('ada'), 'bob']);
});

it('gives each user turns of their own, and the service its own', () => {
  expect(['ada', 'bob'].map((userId) => queuePathOf({ userId }))).toEqual([['user ada'], ['user bob']]);
  expect(queuePathOf('service')).toEqual(['service']);
});

it('counts the networks of one /48 as one subject, and shares its turns among them', async () => {
  const { running, ask } = setUp(16);
  for (let i = 0; i < 40; i++) {
    const networks = [`2001:db8:0:${i}::/64`, '2001:db8::/56', '2001:db8::/48'];
    void ask(`guess ${i}`, queuePathOf({ networks }));
  }
  await settle();
  expect(running).toHaveLength(MOST_AT_ONCE);
  // A neighbour in another /56 has half of what the /48 gets, and somebody elsewhere has a turn at once.
  void ask(
    'neighbour',
    queuePathOf({ networks: ['2001:db8:0:ff00::/64', '2001:db8:0:ff00::/56', '2001:db8::/48'] }),
  );
  void ask('elsewhere', queuePathOf({ networks: ['203.0.113.1'] }));
  await settle();
  expect(running.map(({ who }) => who)).toContain('elsewhere');
  running[0]!.end();
  running[1]!.end();
  await settle();
  expect(running.map(({ who }) => who)).toContain('neighbour');
});

it('lets 64 jobs of a subject wait and refuses its next, with the time that the queue needs', async () => {
  const { clock, running, refused, ask } = setUp(1);
  void ask('ada');
  await settle();
  clock.now += 1_050;
  running[0]!.end();
  await settle();
  for (let i = 0; i < 70; i++) void ask('ada');
  await settle();
  expect(refused).toHaveLength(5);
  for (const { error } of refused) {
    expect(error.kind).toMatchObject({ status: 503, code: 'unavailable' });
    // 64 jobs of 150 ms on average would be 9.6 seconds; no answer says more than five.
    expect(error.headers['Retry-After']).toBe('5');
  }
});

it('says one second when the queue needs less', async () => {
  const { running, refused, ask } = setUp(1);
  // They take no time on this clock.
  for (let i = 0; i < 40; i++) {
    void ask('ada');
    await settle();
    running.at(-1)!.end();
    await settle();
  }
  for (let i = 0; i < 66; i++) void ask('ada');
  await settle();
  expect(refused.map(({ error }) => error.headers['Retry-After'])).toEqual(['1']);
});

it('tells the time that both lanes need, on all places', async () => {
  const { refused, ask } = setUp(MOST_AT_ONCE);
  const flood = async (lane: Lane, count: number) => {
    for (let i = 0; i < count; i++) void ask('ada', ['ada'], lane);
    await settle();
  };
  // 64 jobs of 50 ms on four places are 0.8 seconds, twice as many 1.6.
  await flood('interactive', MOST_AT_ONCE + 64 + 1);
  await flood('verification', 64 + 1);
  expect(refused.map(({ error }) => error.headers['Retry-After'])).toEqual(['1', '2']);
});

it('lets a subject have as many places again when its jobs have ended', async () => {
  const { running, ask } = setUp(16);
  for (let round = 1; round <= 3; round++) {
    for (let i = 0; i < MOST_AT_ONCE + 1; i++) void ask('ada');
    await settle();
    expect(running).toHaveLength(MOST_AT_ONCE);
    while (running.length > 0) {
      running.shift()!.end();
      await settle();
    }
  }
});

it('lets the lanes take turns', async () => {
  const { running, ask } = setUp(1);
  for (let i = 0; i < 3; i++) {
    void ask('key', ['key'], 'verification');
    void ask('person', ['person'], 'interactive');
  }
  const order: string[] = [];
  for (let i = 0; i < 6; i++) {
    await settle();
    order.push(running.at(-1)!.who);
    running.at(-1)!.end();
  }
  expect(order).toEqual(['key', 'person', 'key', 'person', 'key', 'person']);
});

it('refuses what is too much to those who have most, never to somebody with one job', async () => {
  const { running, refused, ask } = setUp(1);
  for (let i = 0; i < 60; i++) for (const flood of ['one', 'two', 'three']) void ask(flood);
  await settle();
  expect(refused).toHaveLength(180 - 1 - 128);
  void ask('third person');
  await settle();
  expect(refused).toHaveLength(180 - 128);
  expect(refused.map(({ who }) => who)).not.toContain('third person');
  const order: string[] = [];
  for (let i = 0; i < 5; i++) {
    order.push(running.at(-1)!.who);
    running.at(-1)!.end();
    await settle();
  }
  expect(order).toContain('third person');
});

it('makes nobody wait longer than a round, on a random schedule', async () => {
  const random = seededRandom(8);
  const { running, ask } = setUp(2);
  const active = new Set<string>();
  let [started, asked] = [0, 0];
  for (let step = 0; step < 600; step++) {
    if (random() < 0.7) {
      const flood = `flood ${Math.floor(random() * 3)}`;
      active.add(flood);
      void ask(flood);
    }
    if (step % 60 === 30) {
      const [person, before] = [`person ${asked++}`, running.length];
      void ask(person);
      await settle();
      // Two places, three floods and the person: at most four jobs start before the person's.
      for (let i = 0; i < 5 && !running.some(({ who }) => who === person); i++) {
        running[started++]!.end();
        await settle();
      }
      expect(running.slice(before, before + 5).map(({ who }) => who)).toContain(person);
    }
    await settle();
    if (random() < 0.5 && started < running.length) running[started++]!.end();
    await settle();
  }
  expect(active.size).toBe(3);
  expect(asked).toBe(10);
});
