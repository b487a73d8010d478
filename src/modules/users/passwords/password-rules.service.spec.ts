import { Worker } from 'node:worker_threads';
import { jest } from '@jest/globals';
import { SystemClock } from '../../../common/clock.js';
import { AppError, UNAVAILABLE } from '../../../common/errors/index.js';
import { PasswordRulesService } from './password-rules.service.js';
import { guessableParts, PasswordStrength } from './password-strength.js';

const OWNER = { email: 'ada.lovelace@analytical-engine.example', name: 'Ada King-Noël' };

const rules = new PasswordRulesService(new SystemClock());
/** Returns the validation message for a password, or `null` if the rules allow it. */
const problemWith = (password: string, by = rules): Promise<string | null> =>
  by.check('password', password, OWNER, 'service').then(
    () => null,
    (error: unknown) => {
      if (!(error instanceof AppError) || !error.errors) throw error;
      expect(error.errors.map(({ field }) => field)).toEqual(['password']);
      return error.errors[0]!.message;
    },
  );

afterEach(() => jest.restoreAllMocks());
afterAll(() => rules.onApplicationShutdown());

it.each([
  OWNER.email,
  'LovelaceLovelace',
  'analytical-engine',
  'Ada King-Noe\u0308l',
  'Chameleon API Keys',
  'chameleonchameleon',
  'aaaaaaaaaaaa',
  '😀'.repeat(12),
  '12345678901234',
  'iloveyou1234',
  'Government12',
  'Washington1776',
  'abcdefghijkl',
  'qwertyuiop[]',
])('rejects %s as too easy to guess', async (password) => {
  expect(await problemWith(password)).toBe('is too easy to guess');
});

it.each([
  'correct horse battery',
  'a long enough password',
  'пароль подлиннее',
  '正确的马电池订书钉今天好',
  'q3Vx0w1JmZ8bT5nYcR2k',
])('accepts %s', async (password) => expect(await problemWith(password)).toBeNull());

it('checks the length and the most common passwords', async () => {
  expect(await problemWith('short')).toBe('must be 12 to 128 characters long');
  expect(await problemWith('x'.repeat(129))).toBe('must be 12 to 128 characters long');
  expect(await problemWith('qwertyuiop123')).toBe('is too common');
});

it('scores only the first 32 code points', async () => {
  expect(await problemWith(`${'😀'.repeat(32)}correct horse battery`)).toBe('is too easy to guess');
  expect(await problemWith(`correct horse battery${'a'.repeat(100)}`)).toBeNull();
});

it('finds guessable parts of at least four characters, as a whole and by word', () => {
  expect(guessableParts({ email: 'ada.lovelace@kiel.de', name: 'Ada Noe\u0308l' })).toEqual([
    'ada.lovelace@kiel.de',
    'ada.lovelace',
    'kiel.de',
    'lovelace',
    'kiel',
    'ada noël',
    'chameleon api keys',
    'noël',
    'chameleon',
    'keys',
  ]);
});

it('ends its worker thread after a minute without use, and starts it again', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
  const strength = new PasswordStrength();
  const posted = jest.spyOn(Worker.prototype, 'postMessage');
  const terminated = jest.spyOn(Worker.prototype, 'terminate');
  // Other threads of this process may end at any time.
  const endings = () =>
    terminated.mock.contexts.filter((worker) => worker === posted.mock.contexts[0]).length;
  expect(await strength.score('correct horse battery', OWNER)).toBe(4);
  jest.advanceTimersByTime(59_999);
  expect(endings()).toBe(0);
  expect(await strength.score('aaaaaaaaaaaa', OWNER)).toBe(0);
  jest.advanceTimersByTime(59_999);
  expect(endings()).toBe(0);
  jest.advanceTimersByTime(1);
  expect(endings()).toBe(1);
  jest.useRealTimers();
  expect(await strength.score('correct horse battery', OWNER)).toBe(4);
  expect(endings()).toBe(1);
  strength.close();
});

it('ends its worker thread at shutdown, and rejects the running estimate', async () => {
  const other = new PasswordRulesService(new SystemClock());
  const posted = jest.spyOn(Worker.prototype, 'postMessage');
  const pending = problemWith('correct horse battery', other);
  while (posted.mock.calls.length === 0) await new Promise(setImmediate);
  other.onApplicationShutdown();
  await expect(pending).rejects.toMatchObject({ kind: UNAVAILABLE });
});

it('throws unavailable if its thread dies, and starts a new one', async () => {
  const other = new PasswordRulesService(new SystemClock());
  const post = jest.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker) {
    void this.terminate();
  });
  await expect(problemWith('correct horse battery', other)).rejects.toMatchObject({ kind: UNAVAILABLE });
  post.mockRestore();
  expect(await problemWith('correct horse battery', other)).toBeNull();
  other.onApplicationShutdown();
});

it('rejects too many estimates of one subject, and does not delay another subject', async () => {
  const of = (userId: string) =>
    rules.check('password', 'correct horse battery', OWNER, { userId }).then(
      () => userId,
      (error: unknown) => (UNAVAILABLE.isKindOf(error) ? 'unavailable' : String(error)),
    );
  const finished: string[] = [];
  const flood = Array.from({ length: 80 }, () => of('one').then((end) => finished.push(end)));
  expect(await of('other')).toBe('other');
  expect(finished.filter((end) => end === 'one').length).toBeLessThanOrEqual(2);
  await Promise.all(flood);
  expect(finished.filter((end) => end === 'one').length).toBe(65);
  expect(finished.filter((end) => end === 'unavailable').length).toBe(15);
});
