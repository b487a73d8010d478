import { jest } from '@jest/globals';
import type { SessionPrincipal } from '../../../common/access/index.js';
import type { Clock } from '../../../common/clock.js';
import { MALFORMED_REQUEST } from '../../../common/errors/index.js';
import { formIdOf, newFormId, ShownOnce } from './shown-once.js';

const caller = { sessionId: 's1' } as SessionPrincipal;
const FORM = newFormId();

let nowMs: number;
let shown: ShownOnce;
let works: number;

beforeEach(() => {
  jest.useFakeTimers();
  nowMs = 1_000;
  works = 0;
  shown = new ShownOnce({ monotonicMs: () => nowMs } as Clock);
});

afterEach(() => jest.useRealTimers());

const work = () => Promise.resolve(++works);
const send = (asked: unknown = 'a', form = FORM, by = caller) => shown.once(by, form, asked, work);
const after = (milliseconds: number) => {
  nowMs += milliseconds;
  jest.advanceTimersByTime(milliseconds);
};
/** How many answers, and how many forms, are in memory. */
const sizes = () => ['results', 'known'].map((name) => (Reflect.get(shown, name) as { size: number }).size);

it('gives a form that is sent again its answer for 30 seconds, and for an hour says that its work is done', async () => {
  expect(await send()).toBe(1);
  expect(await send()).toBe(1);
  after(29_999);
  expect(await send()).toBe(1);
  after(2);
  expect(send()).toBeNull();
  after(60 * 60_000 - 30_002);
  expect(send()).toBeNull();
  after(2);
  expect(await send()).toBe(2);
});

it('takes the form for done when it asks for something else, and for another one with another id or session', async () => {
  expect(await send({ name: 'x' })).toBe(1);
  expect(send({ name: 'y' })).toBeNull();
  expect(await send({ name: 'x' }, newFormId())).toBe(2);
  expect(await send({ name: 'x' }, FORM, { sessionId: 's2' } as SessionPrincipal)).toBe(3);
});

it('lets a form whose work failed be sent once more', async () => {
  const failure = shown.once(caller, FORM, 'a', () => Promise.reject(new Error('no')));
  const twin = send();
  await expect(failure).rejects.toThrow('no');
  await expect(twin).rejects.toThrow('no');
  expect(await send()).toBe(1);
  expect(await send('b', newFormId())).toBe(2);
});

it('forgets by itself, and keeps only so much', async () => {
  await send();
  after(30_001);
  expect(sizes()).toEqual([0, 1]);
  after(60 * 60_000);
  expect(sizes()).toEqual([0, 0]);
  for (let i = 0; i < 10_100; i++) await send('a', newFormId());
  expect(sizes()).toEqual([1_000, 10_000]);
});

it('takes only ids of its own for forms', () => {
  expect(formIdOf({ form: FORM })).toBe(FORM);
  for (const form of ['', 'x', `${FORM}x`, FORM.toUpperCase(), undefined, [FORM]])
    expect(() => formIdOf({ form })).toThrow(MALFORMED_REQUEST.detail);
});
