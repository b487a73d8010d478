import { jest } from '@jest/globals';
import type { SessionPrincipal } from '../../../common/access/index.js';
import type { Clock } from '../../../common/clock.js';
import { newFormId } from './form-id.js';
import { OnceOnlyFormsService } from './once-only-forms.service.js';

const caller = { sessionId: 's1' } as SessionPrincipal;
const FORM = newFormId();

let nowMs: number;
let forms: OnceOnlyFormsService;
let runs: number;

beforeEach(() => {
  jest.useFakeTimers();
  nowMs = 1_000;
  runs = 0;
  forms = new OnceOnlyFormsService({ monotonicMs: () => nowMs } as Clock);
});

afterEach(() => jest.useRealTimers());

const work = () => Promise.resolve(++runs);
const send = (input: unknown = 'a', form = FORM, by = caller) => forms.once(by, form, input, work);
const after = (milliseconds: number) => {
  nowMs += milliseconds;
  jest.advanceTimersByTime(milliseconds);
};
/** Returns how many results and how many submitted forms are in memory. */
const sizes = () =>
  ['results', 'submitted'].map((name) => (Reflect.get(forms, name) as { size: number }).size);

it('returns the same result for 30 seconds, then null for an hour', async () => {
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

it('returns null for the same form with other input, and runs forms with another id or session', async () => {
  expect(await send({ name: 'x' })).toBe(1);
  expect(send({ name: 'y' })).toBeNull();
  expect(await send({ name: 'x' }, newFormId())).toBe(2);
  expect(await send({ name: 'x' }, FORM, { sessionId: 's2' } as SessionPrincipal)).toBe(3);
});

it('lets a form that failed be submitted again', async () => {
  const failure = forms.once(caller, FORM, 'a', () => Promise.reject(new Error('no')));
  const twin = send();
  await expect(failure).rejects.toThrow('no');
  await expect(twin).rejects.toThrow('no');
  expect(await send()).toBe(1);
  expect(await send('b', newFormId())).toBe(2);
});

it('forgets by a timer, and limits how much it remembers', async () => {
  await send();
  after(30_001);
  expect(sizes()).toEqual([0, 1]);
  after(60 * 60_000);
  expect(sizes()).toEqual([0, 0]);
  for (let i = 0; i < 10_100; i++) await send('a', newFormId());
  expect(sizes()).toEqual([1_000, 10_000]);
});
