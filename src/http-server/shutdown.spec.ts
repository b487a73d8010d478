import { jest } from '@jest/globals';
import type { HttpListener } from './http-listener.js';
import { Shutdown } from './shutdown.js';

const DRAIN_SECONDS = 5;

let events: string[];
let signal: () => void;
let endRequests: () => void;
let closes: () => Promise<void>;

// The timers stand still until a test moves them.
beforeEach(() => {
  jest.useFakeTimers();
  events = [];
  closes = () => Promise.resolve();
  // The process goes on, so that the test can look.
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
  const door = {
    disableKeepAlive: () => void events.push('lead away'),
    close: (cutOffMs: number) => {
      events.push(`close ${cutOffMs}`);
      return new Promise<void>((resolve) => (endRequests = resolve));
    },
  } as HttpListener;
  const failed = (error: unknown) => void events.push(`failed: ${String(error)}`) as never;
  const on = jest.spyOn(process, 'on').mockReturnThis();
  const shutdown = new Shutdown(door, drainSeconds, failed);
  const handlers = Object.fromEntries(on.mock.calls) as Record<string, () => void>;
  expect(Object.keys(handlers)).toEqual(['SIGTERM', 'SIGINT']);
  signal = handlers['SIGTERM']!;
  on.mockRestore();
  return shutdown;
}

function running(drainSeconds?: number): Shutdown {
  const shutdown = create(drainSeconds);
  shutdown.started({
    turnNotReady: () => void events.push('not ready'),
    close: () => {
      events.push('write');
      return closes();
    },
  });
  return shutdown;
}

it('just ends a process that has not started yet', () => {
  create();
  signal();
  expect(events[0]).toBe('exit 0');
});

it('is not ready at once, serves on through the drain, lets requests end, writes, and exits', async () => {
  running();
  signal();
  expect(events).toEqual(['not ready', 'lead away']);
  await advance(DRAIN_SECONDS * 1_000 - 1);
  expect(events).toHaveLength(2);
  await advance(1);
  expect(events.slice(2)).toEqual(['close 8000']);
  endRequests();
  await advance(0);
  expect(events.slice(3)).toEqual(['write', 'exit 0']);
});

it('does not wait where nothing is to be drained', async () => {
  running(0);
  signal();
  await advance(0);
  expect(events).toEqual(['not ready', 'lead away', 'close 8000']);
});

it('ends the drain at a second signal, and cuts nothing else short', async () => {
  running();
  signal();
  signal();
  await advance(0);
  expect(events.slice(2)).toEqual(['close 8000']);
  signal();
  await advance(0);
  expect(events).toHaveLength(3);
});

it('begins once', async () => {
  const shutdown = running();
  shutdown.begin();
  shutdown.begin();
  await advance(0);
  expect(events).toEqual(['not ready', 'lead away']);
});

it('exits nine and a half seconds after the drain, whatever still has to be written', async () => {
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

it('hands on what goes wrong at the end', async () => {
  closes = () => Promise.reject(new Error('disk full'));
  running(0);
  signal();
  await advance(0);
  endRequests();
  await advance(0);
  expect(events).toContain('failed: Error: disk full');
  expect(events).not.toContain('exit 0');
});
