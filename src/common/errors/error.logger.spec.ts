import { ConsoleLogger, Logger } from '@nestjs/common';
import { INTERNAL_ERROR, NOT_FOUND, UNAVAILABLE, unavailable } from './common.errors.js';
import { ErrorLogger } from './error.logger.js';

let logged: string[];
let nowMs: number;
let log: ErrorLogger;

class Recorder extends ConsoleLogger {
  override error(message: string, stack?: string): void {
    logged.push(`${message} ${stack?.includes('error.logger.spec') ? 'with stack' : 'without stack'}`);
  }
}

beforeEach(() => {
  Logger.overrideLogger(new Recorder());
  logged = [];
  nowMs = 0;
  log = new ErrorLogger({ monotonicMs: () => nowMs });
});

it('logs every server error with the stack of its cause, and no client error', () => {
  for (let i = 0; i < 2; i++)
    log.report(INTERNAL_ERROR.create({ cause: new Error('oops') }), 'GET /me 500 id');
  log.report(NOT_FOUND.create(), 'GET /nowhere 404 id');
  expect(logged).toEqual(Array(2).fill('GET /me 500 id: oops with stack'));
});

it('logs each reason for `unavailable` once a second, with the number of suppressed repetitions', () => {
  const report = (reason: string) => log.report(unavailable(new Error(reason)), 'GET /me 503 id');
  for (let i = 0; i < 200; i++) report('full');
  report('away');
  nowMs = 999;
  report('full');
  expect(logged).toEqual(['GET /me 503 id: full with stack', 'GET /me 503 id: away with stack']);

  nowMs = 1_000;
  report('full');
  report('away');
  expect(logged.slice(2)).toEqual([
    'GET /me 503 id: full (and 200 similar errors before this one) with stack',
    'GET /me 503 id: away with stack',
  ]);
});

it('does not log `unavailable` without a cause', () => {
  log.report(UNAVAILABLE.create(), 'GET /health/ready 503 id');
  expect(logged).toEqual([]);
});

it('remembers at most 100 reasons', () => {
  for (let i = 0; i < 1_000; i++) log.report(unavailable(new Error(`reason ${i}`)), 'GET /me 503 id');
  expect(logged).toHaveLength(1_000);
  expect(Reflect.get(log, 'reasons')).toHaveProperty('size', 100);
});
