import { Injectable } from '@nestjs/common';
import { InstancesService } from '../instances/index.js';
import { UNAVAILABLE } from '../../common/errors/index.js';
import { RedisLink } from '../../redis/index.js';
import type { HealthDto } from './health.dto.js';

/** Whether this process can serve calls. Anybody may ask, so it tells what is known and asks nobody. */
@Injectable()
export class ReadinessService {
  private isStopping = false;
  private readonly warnings: Record<string, string> = {};

  constructor(
    private readonly redis: RedisLink,
    private readonly instances: InstancesService,
  ) {}

  /** From now on the process is not ready, so that no more calls are sent to it. */
  stop(): void {
    this.isStopping = true;
  }

  /** Shows a sentence about something that an operator should mend. */
  warn(check: string, sentence: string): void {
    this.warnings[check] = sentence;
  }

  /** Throws `unavailable` while the process stops, or while the database hasn't lately proven that it works. */
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

  /** What limits hold at the moment. */
  private checkLimits(): Record<string, string> {
    const { count } = this.instances;
    if (this.redis.isConfigured) {
      const away = `away: each of ${count} instances holds its share of the limits`;
      return { redis: this.redis.isDegraded ? away : 'ok' };
    }
    return count > 1 ? { limits: `${count} instances without REDIS_URL: each holds the full limits` } : {};
  }
}

/** @param cause none for what goes as it should, which is not logged. */
const notReady = (checks: Record<string, string>, cause?: Error) =>
  UNAVAILABLE.create({
    cause,
    headers: { 'Retry-After': '1' },
    extensions: { checks },
  });
