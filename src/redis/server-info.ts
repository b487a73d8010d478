import { CLUSTER_MESSAGE, WrongNodeError } from './redis-failure.js';

/**
 * Checks that a server is a standalone Redis.
 * @param info the reply to the `INFO` command.
 * @throws `WrongNodeError` for a sentinel and for any node of a cluster, even if the node has all slots at the moment.
 */
export function assertStandalone(info: string): void {
  const mode = /^redis_mode:(\w+)/m.exec(info)?.[1];
  if (mode === 'cluster') throw new WrongNodeError(CLUSTER_MESSAGE);
  if (mode === 'sentinel')
    throw new WrongNodeError(
      'REDIS_URL points to a Redis Sentinel. Use the address of the Redis server itself.',
    );
}

/**
 * Returns the policy by which a full server deletes keys, including those of rate limits. Returns `null` if the server
 * never deletes keys.
 * @param info the reply to the `INFO` command.
 */
export function evictionPolicyIn(info: string): string | null {
  if (!/^maxmemory:[1-9]/m.test(info)) return null;
  return /^maxmemory_policy:((?:allkeys|volatile)-\w+)/m.exec(info)?.[1] ?? null;
}
