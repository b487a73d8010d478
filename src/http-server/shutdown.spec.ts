import { jest } from '@jest/globals';
import type { HttpListener } from './http-listener.js';
import { Shutdown } from './shutdown.js';

const DRAIN_SECONDS = 5;

let events: string[];
let signal: () => void;
let endRequests: () => void;
let closes: () => Promise<void>;

// Timers run only when a test advances them.
beforeEach(() => {
  jest.useFakeTimers();
  events = [];
  closes = () => Promise.resolve();
  // The process must not exit during the test.
  jest
    .spyOn(process, 'exit')
    .mockImplementation(((code: number) => void events.push(`exit ${code}`)) as never);
});

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const advance = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

function create(drainSeconds = DRAIN_SECONDS): Shutdown {
  const listener = {
    disableKeepAlive: () => void events.push('disable keep-alive'),
    close: (forceAfterMs: number) => {
      events.push(`close ${forceAfterMs}`);
      return new Promise<void>((resolve) => (endRequests = resolve));
    },
  } as HttpListener;
  const onError = (error: unknown) => void events.push(`failed: ${String(error)}`) as never;
  const on = jest.spyOn(process, 'on').mockReturnThis();
  const shutdown = new Shutdown(listener, drainSeconds, onError);
  const handlers = Object.fromEntries(on.mock.calls) as Record<string, () => void>;
  expect(Object.keys(handlers)).toEqual(['SIGTERM', 'SIGINT']);
  signal = handlers['SIGTERM']!;
  on.mockRestore();
  return shutdown;
}

function running(drainSeconds?: number): Shutdown {
  const shutdown = create(drainSeconds);
  shutdown.started({
    markNotReady: () => void events.push('not ready'),
    close: () => {
      events.push('write');
      return closes();
    },
  });
  return shutdown;
}

it('exits at once while the process is starting', () => {
  create();
  signal();
  expect(events[0]).toBe('exit 0');
});

it('fails readiness at once, serves during the drain, completes requests, writes pending data and exits', async () => {
  running();
  signal();
  expect(events).toEqual(['not ready', 'disable keep-alive']);
  await advance(DRAIN_SECONDS * 1_000 - 1);
  expect(events).toHaveLength(2);
  await advance(1);
  expect(events.slice(2)).toEqual(['close 8000']);
  endRequests();
  await advance(0);
  expect(events.slice(3)).toEqual(['write', 'exit 0']);
});

it('does not wait without a drain', async () => {
  running(0);
  signal();
  await advance(0);
  expect(events).toEqual(['not ready', 'disable keep-alive', 'close 8000']);
});

it('ends only the drain early at a second signal', async () => {
  running();
  signal();
  signal();
  await advance(0);
  expect(events.slice(2)).toEqual(['close 8000']);
  signal();
  await advance(0);
  expect(events).toHaveLength(3);
});

it('begins only once', async () => {
  const shutdown = running();
  shutdown.begin();
  shutdown.begin();
  await advance(0);
  expect(events).toEqual(['not ready', 'disable keep-alive']);
});

it('exits 9.5 seconds after the drain, even with unwritten data', async () => {
  closes = () => new Promise(() => undefined);
  running(0);
  signal();
  await advance(0);
  endRequests();
  await advance(9_499);
  expect(events.at(-1)).toBe('write');
  await advance(1);
  expect(events.at(-1)).toBe('exit 0');
});

it('reports an error during the shutdown', async () => {
  closes = () => Promise.reject(new Error('disk full'));
  running(0);
  signal();
  await advance(0);
  endRequests();
  await advance(0);
  expect(events).toContain('failed: Error: disk full');
  expect(events).not.toContain('exit 0');
});
