import type { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { DatabaseCheck } from './database-check.js';

const NOT_YET = "The database hasn't confirmed a write yet.";
const TOO_OLD = "The database hasn't confirmed a write for over 2 seconds.";
const FAILED = "The database doesn't accept writes, or doesn't return what was written.";
const AGAIN = 'The database is confirming writes again.';

// Timers run only when a test advances them.
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const advance = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);
const works = () => Promise.resolve();
const fails =
  (error = new Error('unavailable')) =>
  () =>
    Promise.reject(error);
/** Returns a check that takes this time. */
const takes =
  (milliseconds: number, outcome = works) =>
  () =>
    new Promise<void>((resolve) => setTimeout(resolve, milliseconds)).then(outcome);

function setUp() {
  const lines: string[] = [];
  const keep = (line: string) => void lines.push(line);
  return { lines, check: new DatabaseCheck({ warn: keep, log: keep } as unknown as Logger) };
}

it('has a problem until the first check succeeds', async () => {
  const { check, lines } = setUp();
  expect(check.problem).toBe(NOT_YET);
  await check.run(works);
  expect(check.problem).toBeNull();
  // The first success isn't logged.
  expect(lines).toEqual([]);
});

it('is valid for two seconds from the start of a check', async () => {
  const { check, lines } = setUp();
  const running = check.run(takes(500));
  await advance(500);
  await running;
  await advance(1_499);
  expect(check.problem).toBeNull();
  await advance(1);
  expect(check.problem).toBe(TOO_OLD);
  expect(lines).toEqual([TOO_OLD]);
  await check.run(works);
  expect(check.problem).toBeNull();
  expect(lines).toEqual([TOO_OLD, AGAIN]);
});

it('stays valid while checks succeed', async () => {
  const { check, lines } = setUp();
  for (let i = 0; i < 5; i++) {
    await check.run(works);
    await advance(1_900);
    expect(check.problem).toBeNull();
  }
  expect(lines).toEqual([]);
});

it('treats a check that took two seconds as too old', async () => {
  const { check } = setUp();
  await check.run(works);
  const running = check.run(takes(2_000));
  await advance(2_000);
  await running;
  expect(check.problem).toBe(TOO_OLD);
  const another = check.run(takes(1_999));
  await advance(1_999);
  await another;
  expect(check.problem).toBeNull();
});

it('is not valid for longer because the next check has started', async () => {
  const { check } = setUp();
  await check.run(works);
  await advance(1_000);
  void check.run(takes(60_000));
  await advance(999);
  expect(check.problem).toBeNull();
  await advance(1);
  expect(check.problem).toBe(TOO_OLD);
});

it('has a problem at once when a check fails, and shows the reason only in the log', async () => {
  const { check, lines } = setUp();
  await check.run(works);
  await check.run(fails(new Error('unavailable', { cause: new Error('disk full') })));
  expect(check.problem).toBe(FAILED);
  await check.run(fails());
  expect(lines).toEqual([`${FAILED} Error: disk full`]);
  await advance(10_000);
  expect(check.problem).toBe(FAILED);
  await check.run(works);
  expect(lines).toEqual([`${FAILED} Error: disk full`, AGAIN]);
});

it('logs one line while several checks fail', async () => {
  const { check, lines } = setUp();
  await check.run(fails());
  void check.run(takes(60_000));
  await advance(10_000);
  expect(check.problem).toBe(FAILED);
  expect(lines).toHaveLength(1);
});

it('logs the message of an error without a cause', async () => {
  const { check, lines } = setUp();
  await check.run(fails());
  expect(lines).toEqual([`${FAILED} Error: unavailable`]);
});

it('leaves no timer after it was stopped', async () => {
  const { check, lines } = setUp();
  await check.run(works);
  await check.run(works);
  check.stop();
  expect(jest.getTimerCount()).toBe(0);
  await advance(10_000);
  expect([check.problem, lines]).toEqual([null, []]);
});

it('leaves no timer after a failed check', async () => {
  const { check } = setUp();
  await check.run(works);
  await check.run(fails());
  expect(jest.getTimerCount()).toBe(0);
});
