import type { InstancesService } from '../instances/index.js';
import type { AppError } from '../../common/errors/index.js';
import type { RedisLink } from '../../redis/index.js';
import { ReadinessService } from './readiness.service.js';

function create(state: {
  isConfigured?: boolean;
  isDegraded?: boolean;
  count?: number;
  databaseProblem?: string | null;
}) {
  const { isConfigured = false, isDegraded = false, count = 1, databaseProblem = null } = state;
  return new ReadinessService(
    { isConfigured, isDegraded } as RedisLink,
    { count, databaseProblem } as InstancesService,
  );
}

const problemOf = (readiness: ReadinessService): AppError => {
  try {
    readiness.check();
  } catch (error) {
    return error as AppError;
  }
  throw new Error('The check succeeded');
};

it.each([
  ['as the only instance', {}, { status: 'ok', checks: { database: 'ok' } }],
  ['with Redis', { isConfigured: true, count: 3 }, { status: 'ok', checks: { database: 'ok', redis: 'ok' } }],
  [
    'but degraded while Redis is unavailable',
    { isConfigured: true, isDegraded: true, count: 3 },
    {
      status: 'degraded',
      checks: {
        database: 'ok',
        redis: 'unavailable: each of the 3 instances applies its share of the rate limits',
      },
    },
  ],
  [
    'as one of two instances without Redis',
    { count: 2 },
    {
      status: 'ok',
      checks: {
        database: 'ok',
        limits: '2 instances are running without REDIS_URL, so each one applies the full rate limits',
      },
    },
  ],
])('is ready %s', (_how, state, expected) => expect(create(state).check()).toEqual(expected));

it('shows warnings for operators', () => {
  const readiness = create({});
  readiness.warn('proxy', 'Set TRUST_PROXY.');
  expect(readiness.check().checks).toEqual({ database: 'ok', proxy: 'Set TRUST_PROXY.' });
});

it('is not ready while the database has a problem, which is logged', () => {
  const problem = problemOf(create({ databaseProblem: 'No writes.' }));
  expect(problem.kind).toMatchObject({ status: 503, code: 'unavailable' });
  expect(problem.headers).toEqual({ 'Retry-After': '1' });
  expect(problem.extensions).toEqual({ checks: { database: 'No writes.' } });
  expect(problem.cause).toEqual(new Error('Not ready: No writes.'));
});

it('is not ready while the process stops, which is not logged', () => {
  const readiness = create({ databaseProblem: 'No writes.' });
  readiness.stop();
  const problem = problemOf(readiness);
  expect(problem.extensions).toEqual({ checks: { process: 'stopping' } });
  expect(problem.cause).toBeUndefined();
});
