import type { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { DatabaseProof } from './database-proof.js';

const NOT_YET = "The database hasn't confirmed a write yet.";
const TOO_OLD = "The database hasn't confirmed a write for over 2 seconds.";
const FAILED = "The database doesn't accept writes, or doesn't return them.";
const AGAIN = 'The database confirms writes again.';

// The timers stand still until a test moves them.
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const advance = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);
const works = () => Promise.resolve();
const fails =
  (error = new Error('away')) =>
  () =>
    Promise.reject(error);
/** A proof that takes so long. */
const takes =
  (milliseconds: number, outcome = works) =>
  () =>
    new Promise<void>((resolve) => setTimeout(resolve, milliseconds)).then(outcome);

function setUp() {
  const lines: string[] = [];
  const keep = (line: string) => void lines.push(line);
  return { lines, proof: new DatabaseProof({ warn: keep, log: keep } as unknown as Logger) };
}

it('is missing until the first one', async () => {
  const { proof, lines } = setUp();
  expect(proof.problem).toBe(NOT_YET);
  await proof.run(works);
  expect(proof.problem).toBeNull();
  // That a start went well is nothing to tell.
  expect(lines).toEqual([]);
});

it('holds for two seconds from its begin, and no longer', async () => {
  const { proof, lines } = setUp();
  const running = proof.run(takes(500));
  await advance(500);
  await running;
  await advance(1_499);
  expect(proof.problem).toBeNull();
  await advance(1);
  expect(proof.problem).toBe(TOO_OLD);
  expect(lines).toEqual([TOO_OLD]);
  await proof.run(works);
  expect(proof.problem).toBeNull();
  expect(lines).toEqual([TOO_OLD, AGAIN]);
});

it('is renewed by each one', async () => {
  const { proof, lines } = setUp();
  for (let i = 0; i < 5; i++) {
    await proof.run(works);
    await advance(1_900);
    expect(proof.problem).toBeNull();
  }
  expect(lines).toEqual([]);
});

it('is too old as soon as it comes when it took two seconds', async () => {
  const { proof } = setUp();
  await proof.run(works);
  const running = proof.run(takes(2_000));
  await advance(2_000);
  await running;
  expect(proof.problem).toBe(TOO_OLD);
  const another = proof.run(takes(1_999));
  await advance(1_999);
  await another;
  expect(proof.problem).toBeNull();
});

it('does not hold longer because the next one has begun', async () => {
  const { proof } = setUp();
  await proof.run(works);
  await advance(1_000);
  void proof.run(takes(60_000));
  await advance(999);
  expect(proof.problem).toBeNull();
  await advance(1);
  expect(proof.problem).toBe(TOO_OLD);
});

it('is gone at once when one fails, and says why in the log alone', async () => {
  const { proof, lines } = setUp();
  await proof.run(works);
  await proof.run(fails(new Error('unavailable', { cause: new Error('disk full') })));
  expect(proof.problem).toBe(FAILED);
  await proof.run(fails());
  expect(lines).toEqual([`${FAILED} Error: disk full`]);
  await advance(10_000);
  expect(proof.problem).toBe(FAILED);
  await proof.run(works);
  expect(lines).toEqual([`${FAILED} Error: disk full`, AGAIN]);
});

it('is told of once while one after the other fails, however they do', async () => {
  const { proof, lines } = setUp();
  await proof.run(fails());
  void proof.run(takes(60_000));
  await advance(10_000);
  expect(proof.problem).toBe(FAILED);
  expect(lines).toHaveLength(1);
});

it('tells its own words where an error has no cause', async () => {
  const { proof, lines } = setUp();
  await proof.run(fails());
  expect(lines).toEqual([`${FAILED} Error: away`]);
});

it('leaves no timer behind once it is stopped', async () => {
  const { proof, lines } = setUp();
  await proof.run(works);
  await proof.run(works);
  proof.stop();
  expect(jest.getTimerCount()).toBe(0);
  await advance(10_000);
  expect([proof.problem, lines]).toEqual([null, []]);
});

it('leaves no timer of one that failed', async () => {
  const { proof } = setUp();
  await proof.run(works);
  await proof.run(fails());
  expect(jest.getTimerCount()).toBe(0);
});
