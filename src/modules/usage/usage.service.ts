import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/access/index.js';
import { Clock } from '../../common/clock.js';
import { DAY_MS, daysBefore, HOUR_MS } from '../../common/duration.js';
import { validationFailed } from '../../common/errors/index.js';
import { ApiKeysService } from '../api-keys/index.js';
import { toBuckets } from './usage-buckets.js';
import type { UsageInterval, UsageBucket } from './usage.js';
import { UsageRepository } from './usage.repository.js';
import { EMPTY_RANGE, RANGE_TOO_LONG } from './usage.errors.js';

/** The maximum number of days in one response: docs/api.md, "Usage". */
const MAX_SPAN_DAYS: Record<UsageInterval, number> = { hour: 90, day: 400 };
const DEFAULT_SPAN_DAYS: Record<UsageInterval, number> = { hour: 1, day: 30 };

export interface UsageRange {
  readonly interval: UsageInterval;
  /** If this is `null`, the range starts 1 day before `to`, or 30 days before `to` for the interval `day`. */
  readonly from: Date | null;
  /** If this is `null`, the range ends now. */
  readonly to: Date | null;
}

/** Reads the usage of API keys. */
@Injectable()
export class UsageService {
  constructor(
    private readonly repository: UsageRepository,
    private readonly apiKeys: ApiKeysService,
    private readonly clock: Clock,
  ) {}

  /** Returns the usage of all keys together, by hour. */
  async totals(from: Date, to: Date): Promise<UsageBucket[]> {
    const [fromHour, toHour] = [from, to].map((time) => Math.floor(time.getTime() / HOUR_MS));
    return toBuckets(await this.repository.totals(fromHour!, toHour!), 'hour', from, to);
  }

  /**
   * Returns the usage of one of the caller's keys.
   * Throws `api_key_not_found`. Throws `validation_failed` if the range is empty or too long.
   */
  async show(
    caller: Principal,
    apiKeyId: string,
    { interval, ...range }: UsageRange,
  ): Promise<UsageBucket[]> {
    await this.apiKeys.get(caller, apiKeyId);
    const to = range.to ?? this.clock.now();
    const from = range.from ?? daysBefore(to, DEFAULT_SPAN_DAYS[interval]);
    if (from >= to) throw validationFailed(EMPTY_RANGE.on('from'));
    const maxDays = MAX_SPAN_DAYS[interval];
    if (to.getTime() - from.getTime() > maxDays * DAY_MS) {
      throw validationFailed(RANGE_TOO_LONG.on('from', { max: maxDays }));
    }
    const stepHours = interval === 'hour' ? 1 : 24;
    const fromHour = Math.floor(from.getTime() / HOUR_MS / stepHours) * stepHours;
    const toHour = Math.ceil(to.getTime() / HOUR_MS / stepHours) * stepHours - 1;
    return toBuckets(await this.repository.find(apiKeyId, fromHour, toHour), interval, from, to);
  }
}
