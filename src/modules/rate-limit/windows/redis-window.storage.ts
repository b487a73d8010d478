import { createHash, randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Clock } from '../../../common/clock.js';
import { Settings } from '../../../settings/index.js';
import { RedisLink, RedisUnavailableError, ThrottledLog } from '../../../redis/index.js';
import type { WindowRecord } from './sliding-window.js';
import { WINDOW_SCRIPT } from './window.script.js';

const SCRIPT_SHA = createHash('sha1').update(WINDOW_SCRIPT).digest('hex');

/** The state of a window in Redis. */
export interface SharedWindowRecord extends WindowRecord {
  /** If the script had to reset the key, this is how long (in ms) the count stays incomplete. Otherwise, it is 0. */
  readonly incompleteMs: number;
  /**
   * Removes the request from the window, if it was counted. If Redis can't do this, the request stays counted until it
   * leaves the window.
   */
  readonly giveBack: () => Promise<void>;
}

/** Counts requests in the windows that all instances share. */
@Injectable()
export class RedisWindowStorage {
  private readonly warnings: ThrottledLog;
  private readonly keyPrefix: string;

  constructor(
    private readonly link: RedisLink,
    { redisPrefix }: Settings,
    clock: Clock,
  ) {
    this.warnings = new ThrottledLog(new Logger(RedisWindowStorage.name), clock);
    this.keyPrefix = `${redisPrefix}:window:`;
    // The probe uses a new key each time, which expires after two seconds. With an existing key, the script would first
    // remove an entry, and after a removal, even a full Redis lets a script write.
    link.setProbe((client) => runScript(client, [`${this.keyPrefix}judge:${randomUUID()}`, 1, 1_000, 1]));
  }

  /** Counts a request unless the window already contains `limit` requests. Throws `RedisUnavailableError`. */
  take(key: string, limit: number, windowSeconds: number): Promise<SharedWindowRecord> {
    return this.run(key, limit, windowSeconds, true);
  }

  /** Returns the state of the window without counting a request. Throws `RedisUnavailableError`. */
  peek(key: string, limit: number, windowSeconds: number): Promise<SharedWindowRecord> {
    return this.run(key, limit, windowSeconds, false);
  }

  private async run(
    key: string,
    limit: number,
    windowSeconds: number,
    counts: boolean,
  ): Promise<SharedWindowRecord> {
    const name = this.keyPrefix + key;
    const values = [name, limit, windowSeconds * 1_000_000, counts ? 1 : 0];
    const answer = await this.link.runScript((client) => runScript(client, values));
    const [accepted = 0, totalHits = 0, untilOldest = 0, untilFree = 0, untilComplete = 0, restarted = 0] =
      answer;
    const takenAt = answer[6] ?? 0;
    if (restarted === 1)
      this.warnings.warn(
        `The Redis key ${name} did not contain a valid rate-limit window, so its count starts over.`,
      );
    return {
      totalHits,
      timeToExpire: Math.ceil(untilOldest / 1_000_000),
      isBlocked: accepted === 0,
      timeToBlockExpire: Math.ceil(untilFree / 1_000_000),
      incompleteMs: untilComplete / 1_000,
      giveBack: () => this.remove(name, takenAt),
    };
  }

  /**
   * Removes a counted request from its window.
   * @param takenAt the time (in µs) that was stored for the request, or 0 if it was not counted.
   */
  private async remove(name: string, takenAt: number): Promise<void> {
    if (takenAt === 0) return;
    try {
      await this.link.send((client) => client.lrem(name, -1, String(takenAt)));
    } catch (error) {
      // `RedisLink` logs that Redis is unavailable.
      if (error instanceof RedisUnavailableError) return;
      this.warnings.warn(
        `Redis rejected the removal of a request from ${name}, so the request still counts: ${String(error)}`,
      );
    }
  }
}

/**
 * Runs the script by its hash. The script itself is sent only if Redis doesn't know it, for example after a restart.
 */
async function runScript(client: Redis, values: (string | number)[]): Promise<number[]> {
  try {
    return (await client.evalsha(SCRIPT_SHA, 1, ...values)) as number[];
  } catch (error) {
    if (!String((error as Error).message).startsWith('NOSCRIPT')) throw error;
    return (await client.eval(WINDOW_SCRIPT, 1, ...values)) as number[];
  }
}
