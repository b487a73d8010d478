import { jest } from '@jest/globals';
import { SystemClock } from '../common/clock.js';
import { NoReplyError } from './redis-failure.js';
import { ReplyWatchdog } from './reply-watchdog.js';

// The timers stand still until a test moves them.
beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
afterEach(() => void jest.useRealTimers());

async function advance(milliseconds: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(milliseconds);
  await new Promise(setImmediate);
}

function setUp() {
  const silences: NoReplyError[] = [];
  /** How much later than its timers the process runs. */
  const busy = { ms: 0 };
  const clock = new SystemClock();
  jest.spyOn(clock, 'monotonicMs').mockImplementation(() => performance.now() + busy.ms);
  const watch = new ReplyWatchdog(clock, (error) => silences.push(error));
  /** A command that is answered when the test says so. */
  const ask = () => {
    const command = { outcome: 'pending', answer: () => {}, refuse: () => {} };
    const answered = new Promise<string>((resolve, reject) => {
      command.answer = () => resolve('answer');
      command.refuse = () => reject(new Error('refusal'));
    });
    watch.wait(answered).then(
      (value) => (command.outcome = value),
      (error: Error) => (command.outcome = error.message),
    );
    return command;
  };
  return { watch, silences, busy, ask };
}

it('hands on what a command gives, and why it failed', async () => {
  const { ask, silences } = setUp();
  const [good, bad] = [ask(), ask()];
  good.answer();
  bad.refuse();
  await advance(1_000);
  expect([good.outcome, bad.outcome]).toEqual(['answer', 'refusal']);
  expect(silences).toEqual([]);
});

it('tells of silence after 200 ms, and not before', async () => {
  const { ask, silences } = setUp();
  ask();
  await advance(199);
  expect(silences).toEqual([]);
  await advance(1);
  expect(silences).toEqual([expect.any(NoReplyError)]);
  expect(silences[0]!.message).toBe('no answer for 200 ms');
});

it.each(['answer', 'refuse'] as const)('waits on while others get something back: %s', async (how) => {
  const { ask, silences } = setUp();
  ask();
  for (let i = 0; i < 5; i++) {
    const other = ask();
    await advance(100);
    other[how]();
  }
  await advance(299);
  expect(silences).toEqual([]);
  await advance(1);
  expect(silences).toHaveLength(1);
});

it('measures silence from the first command that waits, not from an answer long ago', async () => {
  const { ask, silences } = setUp();
  ask().answer();
  await advance(150);
  ask();
  await advance(199);
  expect(silences).toEqual([]);
  await advance(100);
  expect(silences).toHaveLength(1);
});

it('is not put off by those who go on asking', async () => {
  const { ask, silences } = setUp();
  for (let i = 0; i < 4; i++) {
    ask();
    await advance(50);
  }
  expect(silences).toHaveLength(1);
});

it('rests while nothing is asked, and watches again afterwards', async () => {
  const { ask, silences } = setUp();
  ask().answer();
  await advance(200);
  expect(jest.getTimerCount()).toBe(0);
  ask();
  await advance(200);
  expect(silences).toHaveLength(1);
});

it('blames nobody while this process itself was late', async () => {
  const { ask, silences, busy } = setUp();
  ask();
  busy.ms = 51;
  await advance(200);
  expect(silences).toEqual([]);
  await advance(200);
  expect(silences).toHaveLength(1);
});

it('takes 50 ms for the usual delay', async () => {
  const { ask, silences, busy } = setUp();
  ask();
  busy.ms = 50;
  await advance(200);
  expect(silences).toHaveLength(1);
});

it('ends all waiting with the error that it is given, once', async () => {
  const { ask, silences, watch } = setUp();
  const commands = [ask(), ask()];
  watch.giveUp(new Error('away'));
  commands[0]!.answer();
  await advance(1_000);
  expect(commands.map(({ outcome }) => outcome)).toEqual(['away', 'away']);
  expect(silences).toEqual([]);
});

it('watches no more once it is stopped', async () => {
  const { ask, silences, watch } = setUp();
  ask();
  watch.stop();
  await advance(1_000);
  expect(silences).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});
