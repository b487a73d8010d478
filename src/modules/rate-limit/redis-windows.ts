import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { AppConfig } from '../../config/index.js';
import { RedisLink } from '../../redis/index.js';
import type { WindowRecord } from './sliding-window.js';

/**
 * The rule of `SlidingWindows` inside Redis, on Redis's clock, in one round trip: a list of the times of the
 * accepted calls in microseconds. Should that clock go back, times stand still until it has caught up.
 * KEYS: window. ARGV: limit, window in microseconds, '1' to count.
 * Answers: accepted, counted, microseconds until the oldest leaves, and until a lone caller is accepted.
 */
const SCRIPT = `
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local newest = tonumber(redis.call('LINDEX', KEYS[1], -1))
if newest and newest > now then
  if newest - now > window then redis.call('DEL', KEYS[1]) else now = newest end
end
local oldest = tonumber(redis.call('LINDEX', KEYS[1], 0))
while oldest and oldest <= now - window do
  redis.call('LPOP', KEYS[1])
  oldest = tonumber(redis.call('LINDEX', KEYS[1], 0))
end
local counted = redis.call('LLEN', KEYS[1])
local accepted = 0
if counted < limit then
  accepted = 1
  if ARGV[3] == '1' then
    redis.call('RPUSH', KEYS[1], string.format('%.0f', now))
    redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000) + 1000)
    counted = counted + 1
    oldest = oldest or now
  end
end
local untilOldest = oldest and oldest + window - now or 0
local untilFree = 0
if counted >= limit then
  untilFree = tonumber(redis.call('LINDEX', KEYS[1], counted - limit)) + window - now
end
return { accepted, counted, untilOldest, untilFree }
`;

const SCRIPT_SHA = createHash('sha1').update(SCRIPT).digest('hex');

/** The windows that all instances share. */
@Injectable()
export class RedisWindows {
  private readonly windowMicroseconds: number;

  constructor(
    private readonly link: RedisLink,
    config: AppConfig,
  ) {
    this.windowMicroseconds = config.rateLimitWindowSeconds * 1_000_000;
  }

  /** Counts a call unless `limit` calls are already counted. Throws `RedisAway`. */
  take(key: string, limit: number): Promise<WindowRecord> {
    return this.run(key, limit, true);
  }

  /** What `take` would find, without counting. Throws `RedisAway`. */
  peek(key: string, limit: number): Promise<WindowRecord> {
    return this.run(key, limit, false);
  }

  private async run(key: string, limit: number, counts: boolean): Promise<WindowRecord> {
    const values = [`chameleon:window:${key}`, limit, this.windowMicroseconds, counts ? 1 : 0];
    const answer = await this.link.ask((client) => runScript(client, values));
    const [accepted = 0, totalHits = 0, untilOldest = 0, untilFree = 0] = answer;
    return {
      totalHits,
      timeToExpire: Math.ceil(untilOldest / 1_000_000),
      isBlocked: accepted === 0,
      timeToBlockExpire: Math.ceil(untilFree / 1_000_000),
    };
  }
}

/** Sends the script itself only to a Redis that does not know it, such as one that has just started. */
async function runScript(client: Redis, values: (string | number)[]): Promise<number[]> {
  try {
    return (await client.evalsha(SCRIPT_SHA, 1, ...values)) as number[];
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return (await client.eval(SCRIPT, 1, ...values)) as number[];
  }
}
