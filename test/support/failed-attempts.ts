import { jest } from '@jest/globals';
import { SystemClock } from '../../src/common/clock.js';
import type { AppError } from '../../src/common/errors/index.js';
import {
  FailedAttemptLimiter,
  type Attempt,
} from '../../src/modules/rate-limit/failed-attempts/failed-attempt.limiter.js';
import { parseEnv } from '../../src/settings/index.js';

export const MAX_WAIT_MS = 2_000;
export const ADDRESS = ['203.0.113.1'];

/** Stops the clock and the timers, so that only `advance` moves them. */
export function stopTime(): void {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());
}

export const advance = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

export const createLimiter = (limit = 20, env: Record<string, string> = {}) =>
  new FailedAttemptLimiter(parseEnv({ FAILED_ATTEMPTS_LIMIT: String(limit), ...env }), new SystemClock());

export const always = () => true;

/** The outcome so far of a requested attempt. */
export interface Asked {
  attempt: Attempt | null | undefined;
  error: AppError | undefined;
}

/** Requests one attempt with a key. */
export function ask(
  limiter: FailedAttemptLimiter,
  networks: readonly string[] = ADDRESS,
  isNeeded = always,
): Asked {
  const asked: Asked = { attempt: undefined, error: undefined };
  limiter.admitKey(networks, isNeeded).then(
    (attempt) => (asked.attempt = attempt),
    (error: AppError) => (asked.error = error),
  );
  return asked;
}

export const many = (count: number, make: (i: number) => Asked): Asked[] =>
  Array.from({ length: count }, (_, i) => make(i));
export const started = (asked: readonly Asked[]) => asked.filter(({ attempt }) => attempt);
export const denied = (asked: readonly Asked[], code: string) =>
  asked.filter(({ error }) => error?.kind.code === code);
export const retryAfter = ({ error }: Asked) => Number(error!.headers['Retry-After']);

/** The /64, /56 and /48 of an address. */
export const ipv6 = (site: number, group: number, network: number): string[] => [
  `2001:db8:${site}:${group}${network}::/64`,
  `2001:db8:${site}:${group}00::/56`,
  `2001:db8:${site}::/48`,
];
