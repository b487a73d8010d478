import { CLUSTER_SENTENCE, WrongNodeError } from './redis-failure.js';

/**
 * Looks at what a server says of itself (`INFO`).
 * Throws `WrongNodeError` for a node of a cluster, even one that holds all slots now, and for a sentinel.
 */
export function assertStandalone(info: string): void {
  const mode = /^redis_mode:(\w+)/m.exec(info)?.[1];
  if (mode === 'cluster') throw new WrongNodeError(CLUSTER_SENTENCE);
  if (mode === 'sentinel')
    throw new WrongNodeError('REDIS_URL leads to a Redis Sentinel. Use the address of the Redis itself.');
}

/** By which policy the server removes keys, and with them windows, when it is full; `null` when it never does. */
export function evictionPolicyIn(info: string): string | null {
  if (!/^maxmemory:[1-9]/m.test(info)) return null;
  return /^maxmemory_policy:((?:allkeys|volatile)-\w+)/m.exec(info)?.[1] ?? null;
}
