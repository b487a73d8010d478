import { jest } from '@jest/globals';
import { SystemClock } from '../common/clock.js';
import { NoReplyError } from './redis-failure.js';
import { ReplyWatchdog } from './reply-watchdog.js';

// Timers run only when a test advances them.
beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
afterEach(() => void jest.useRealTimers());

async function advance(milliseconds: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(milliseconds);
  await new Promise(setImmediate);
}

function setUp() {
  const timeouts: NoReplyError[] = [];
  /** How late timers fire because the process is busy. */
  const busy = { ms: 0 };
  const clock = new SystemClock();
  jest.spyOn(clock, 'monotonicMs').mockImplementation(() => performance.now() + busy.ms);
  const watchdog = new ReplyWatchdog(clock, (error) => timeouts.push(error));
  /** Sends a command. The test decides when Redis replies. */
  const send = () => {
    const command = { outcome: 'pending', reply: () => {}, replyWithError: () => {} };
    const replied = new Promise<string>((resolve, reject) => {
      command.reply = () => resolve('reply');
      command.replyWithError = () => reject(new Error('error'));
    });
    watchdog.wait(replied).then(
      (value) => (command.outcome = value),
      (error: Error) => (command.outcome = error.message),
    );
    return command;
  };
  return { watchdog, timeouts, busy, send };
}

it('passes on replies and errors', async () => {
  const { send, timeouts } = setUp();
  const [good, bad] = [send(), send()];
  good.reply();
  bad.replyWithError();
  await advance(1_000);
  expect([good.outcome, bad.outcome]).toEqual(['reply', 'error']);
  expect(timeouts).toEqual([]);
});

it('times out after 200 ms without a reply', async () => {
  const { send, timeouts } = setUp();
  send();
  await advance(199);
  expect(timeouts).toEqual([]);
  await advance(1);
  expect(timeouts).toEqual([expect.any(NoReplyError)]);
  expect(timeouts[0]!.message).toBe('no reply for 200 ms');
});

it.each(['reply', 'replyWithError'] as const)('keeps waiting while others get a %s', async (how) => {
  const { send, timeouts } = setUp();
  send();
  for (let i = 0; i < 5; i++) {
    const other = send();
    await advance(100);
    other[how]();
  }
  await advance(299);
  expect(timeouts).toEqual([]);
  await advance(1);
  expect(timeouts).toHaveLength(1);
});

it('measures the time from the first pending command, not from an earlier reply', async () => {
  const { send, timeouts } = setUp();
  send().reply();
  await advance(150);
  send();
  await advance(199);
  expect(timeouts).toEqual([]);
  await advance(100);
  expect(timeouts).toHaveLength(1);
});

it('is not delayed by further commands', async () => {
  const { send, timeouts } = setUp();
  for (let i = 0; i < 4; i++) {
    send();
    await advance(50);
  }
  expect(timeouts).toHaveLength(1);
});

it('has no timer without pending commands, and starts again with the next command', async () => {
  const { send, timeouts } = setUp();
  send().reply();
  await advance(200);
  expect(jest.getTimerCount()).toBe(0);
  send();
  await advance(200);
  expect(timeouts).toHaveLength(1);
});

it('ignores the time while the process itself was busy', async () => {
  const { send, timeouts, busy } = setUp();
  send();
  busy.ms = 51;
  await advance(200);
  expect(timeouts).toEqual([]);
  await advance(200);
  expect(timeouts).toHaveLength(1);
});

it('tolerates a delay of 50 ms', async () => {
  const { send, timeouts, busy } = setUp();
  send();
  busy.ms = 50;
  await advance(200);
  expect(timeouts).toHaveLength(1);
});

it('rejects all pending commands with the given error', async () => {
  const { send, timeouts, watchdog } = setUp();
  const commands = [send(), send()];
  watchdog.rejectAll(new Error('unavailable'));
  commands[0]!.reply();
  await advance(1_000);
  expect(commands.map(({ outcome }) => outcome)).toEqual(['unavailable', 'unavailable']);
  expect(timeouts).toEqual([]);
});

it('does nothing after it was stopped', async () => {
  const { send, timeouts, watchdog } = setUp();
  send();
  watchdog.stop();
  await advance(1_000);
  expect(timeouts).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});
