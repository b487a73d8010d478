import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { UNAVAILABLE } from '../../common/errors/index.js';
import { Database } from '../../database/index.js';
import { RedisLink } from '../../redis/index.js';
import { InstancesService } from '../rate-limit/index.js';
import type { HealthDto } from './health.dto.js';

const REUSED_MS = 250;

/** Whether this process can serve calls: contract.md, section 3. */
@Injectable()
export class ReadinessService {
  private isStopping = false;
  private readonly warnings: Record<string, string> = {};
  private lastLook: { readonly atMs: number; readonly result: Promise<HealthDto> } | null = null;

  constructor(
    private readonly database: Database,
    private readonly redis: RedisLink,
    private readonly instances: InstancesService,
    private readonly clock: Clock,
  ) {}

  /** From now on the process is not ready, so that no more calls are sent to it. */
  stop(): void {
    this.isStopping = true;
  }

  /** Shows a sentence about something that an operator should mend. */
  warn(check: string, sentence: string): void {
    this.warnings[check] = sentence;
  }

  /** Throws `unavailable` while the process stops or the database is away. */
  async check(): Promise<HealthDto> {
    if (this.isStopping) throw notReady({ process: 'stopping' });
    // Anybody may ask, as often as they like, so the answer of a moment ago serves all.
    const atMs = this.clock.monotonicMs();
    if (!this.lastLook || atMs - this.lastLook.atMs >= REUSED_MS)
      this.lastLook = { atMs, result: this.look() };
    const { status, checks } = await this.lastLook.result;
    return { status, checks: { ...checks, ...this.warnings } };
  }

  private async look(): Promise<HealthDto> {
    try {
      await this.database.read((manager) => manager.query('SELECT 1'));
    } catch (error) {
      throw notReady({ database: 'away' }, error);
    }
    const checks = { database: 'ok', ...(await this.checkLimits()) };
    return { status: this.redis.isDegraded ? 'degraded' : 'ok', checks };
  }

  /** What limits hold at the moment. */
  private async checkLimits(): Promise<Record<string, string>> {
    const { count } = this.instances;
    if (this.redis.isUsed) {
      const isThere = await this.redis.check();
      return { redis: isThere ? 'ok' : `away: each of ${count} instances holds its share of the limits` };
    }
    return count > 1 ? { limits: `${count} instances without REDIS_URL: each holds the full limits` } : {};
  }
}

const notReady = (checks: Record<string, string>, cause?: unknown) =>
  UNAVAILABLE.create({ cause, headers: { 'Retry-After': '1' }, extensions: { checks } });
