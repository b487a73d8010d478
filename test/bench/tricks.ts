import 'reflect-metadata';
import { createHmac, hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { GuardsConsumer } from '@nestjs/core/guards/guards-consumer.js';
import { ThrottlerStorageService } from '@nestjs/throttler';
import { openDatabase, queries } from './database-tricks.js';
import { madeId, madeKey } from './made-keys.js';
import { compare, type Trick } from './operations.js';
import type { Row } from './table.js';

/** The number of entries in the window of an admin at the limit. */
const LIMIT = 1_000;
const GUARDS = 4;
const WINDOW_MS = 60_000;

/** Measures each trick of the hot path: the server's implementation against the obvious one. */
export async function tricks(folder: string): Promise<Row[]> {
  const source = await openDatabase(join(folder, 'tricks.db'));
  try {
    const rows: Row[] = [];
    for (const trick of [...inMemory(), await slidingWindow(), ...queries(source)])
      rows.push(await compare(trick));
    return rows;
  } finally {
    await source.destroy();
  }
}

function inMemory(): Trick[] {
  const [secret, key] = [randomBytes(32).toString('hex'), madeKey(madeId(1))];
  class Example {
    show(): void {}
  }
  SetMetadata('access', { roles: null })(Example);
  const controller = new Example();
  const handler = Example.prototype.show.bind(controller);
  const context = new ExecutionContextHost([{ headers: {} }, {}], Example, handler);
  const consumer = new GuardsConsumer();
  const run = (guards: CanActivate[]) => consumer.tryActivate(guards, [{}, {}], controller, handler);
  const guards = (result: () => boolean | Promise<boolean>): CanActivate[] =>
    Array.from({ length: GUARDS }, () => ({ canActivate: result }));
  const [sync, async] = [guards(() => true), guards(async () => true)];
  const reflector = new Reflector();
  const rules = new WeakMap<object, unknown>([[handler, { roles: null }]]);
  const names = [
    'RateLimit-Policy',
    'RateLimit',
    'X-RateLimit-Limit',
    'X-RateLimit-Remaining',
    'X-RateLimit-Reset',
  ];
  const lower = names.map((name) => name.toLowerCase());
  return [
    {
      what: 'Digest of a key: SHA-256 vs. HMAC-SHA-256',
      service: () => hash('sha256', secret + key, 'hex'),
      plain: () => createHmac('sha256', secret).update(key).digest('hex'),
    },
    {
      what: `${GUARDS} guards: boolean vs. promise`,
      service: () => run(sync),
      plain: () => run(async),
    },
    {
      what: 'Access rule of a route: remembered vs. Reflector',
      service: () => rules.get(handler),
      plain: () => reflector.getAllAndOverride('access', [handler, Example]),
    },
    {
      what: 'Request of a guard: getArgByIndex vs. switchToHttp',
      service: () => (context as ExecutionContext).getArgByIndex<unknown>(0),
      plain: () => (context as ExecutionContext).switchToHttp().getRequest<unknown>(),
    },
    {
      what: 'Five headers for Fastify: names in lower vs. mixed case',
      service: () => headersOf(lower),
      plain: () => headersOf(names),
    },
  ];
}

/** Headers as Fastify stores them, by lower-case name. */
function headersOf(names: readonly string[]): object {
  const headers: Record<string, string> = {};
  for (const name of names) headers[name.toLowerCase()] = '1';
  return headers;
}

/** The window of a user who sends as many requests as the limit allows. */
async function slidingWindow(): Promise<Trick> {
  const file = new URL('../src/modules/rate-limit/windows/sliding-window.js', import.meta.url).href;
  const { SlidingWindows } = (await import(file)) as {
    SlidingWindows: new (
      windowMs: number,
      now: () => number,
    ) => { take(key: string, limit: number): unknown };
  };
  const windows = new SlidingWindows(WINDOW_MS, () => performance.now());
  const library = new ThrottlerStorageService();
  const increment = () => library.increment('user', WINDOW_MS, LIMIT, 0, 'default');
  for (let i = 0; i < LIMIT; i++) {
    windows.take('user', LIMIT);
    await increment();
  }
  return {
    what: `Window with ${LIMIT} requests: ring vs. storage of @nestjs/throttler`,
    service: () => windows.take('user', LIMIT),
    plain: increment,
  };
}
