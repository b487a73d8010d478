import { Injectable } from '@nestjs/common';
import { InstancesService } from '../instances/index.js';
import { UNAVAILABLE } from '../../common/errors/index.js';
import { RedisLink } from '../../redis/index.js';
import type { HealthDto } from './health.dto.js';

/**
 * Decides whether this process can serve requests. Anyone can call the health check, so it sends no queries to the
 * database or Redis. It only reads existing results.
 */
@Injectable()
export class ReadinessService {
  private isStopping = false;
  private readonly warnings: Record<string, string> = {};

  constructor(
    private readonly redis: RedisLink,
    private readonly instances: InstancesService,
  ) {}

  /** Makes the check fail from now on, so that load balancers stop sending requests. */
  stop(): void {
    this.isStopping = true;
  }

  /** Adds a warning for operators to the response. The process stays ready. */
  warn(check: string, message: string): void {
    this.warnings[check] = message;
  }

  /**
   * Returns the results of the checks. Throws `unavailable` while the process stops, or if no recent database check
   * has succeeded.
   */
  check(): HealthDto {
    if (this.isStopping) throw notReady({ process: 'stopping' });
    const { databaseProblem } = this.instances;
    if (databaseProblem !== null)
      throw notReady({ database: databaseProblem }, new Error(`Not ready: ${databaseProblem}`));
    return {
      status: this.redis.isDegraded ? 'degraded' : 'ok',
      checks: { database: 'ok', ...this.checkLimits(), ...this.warnings },
    };
  }

  /**
   * With Redis, returns the check `redis`: `ok`, or how the limits apply while Redis is unavailable. Without Redis,
   * returns the check `limits` with a warning if several instances run, and otherwise an empty object.
   */
  private checkLimits(): Record<string, string> {
    const { count } = this.instances;
    if (this.redis.isConfigured) {
      const degraded = `unavailable: each of the ${count} instances applies its share of the rate limits`;
      return { redis: this.redis.isDegraded ? degraded : 'ok' };
    }
    return count > 1
      ? {
          limits: `${count} instances are running without REDIS_URL, so each one applies the full rate limits`,
        }
      : {};
  }
}

/**
 * Returns the error for a process that is not ready.
 * @param cause the error for the log. A regular shutdown has none.
 */
const notReady = (checks: Record<string, string>, cause?: Error) =>
  UNAVAILABLE.create({
    cause,
    headers: { 'Retry-After': '1' },
    extensions: { checks },
  });
