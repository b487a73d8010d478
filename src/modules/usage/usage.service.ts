import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/access/index.js';
import { Clock } from '../../common/clock.js';
import { DAY_MS, daysBefore, HOUR_MS } from '../../common/duration.js';
import { validationFailed } from '../../common/errors/index.js';
import { ApiKeysService } from '../api-keys/index.js';
import { toBuckets } from './usage-buckets.js';
import { usagePeriod, type TimeSpan, type UsagePeriodName } from './usage-periods.js';
import {
  sumCounts,
  type UsageBucket,
  type UsageCounts,
  type UsageInterval,
  type UsageSubject,
} from './usage.js';
import { UsageRepository } from './usage.repository.js';
import { EMPTY_RANGE, RANGE_TOO_LONG } from './usage.errors.js';

/** The maximum number of days in one response: docs/api.md, "Usage". */
const MAX_SPAN_DAYS: Record<UsageInterval, number> = { hour: 90, day: 400 };
const DEFAULT_SPAN_DAYS: Record<UsageInterval, number> = { hour: 1, day: 30 };

const HOURS = { hour: 1, day: 24 } as const;

export interface UsageRange {
  readonly interval: UsageInterval;
  /** If this is `null`, the range starts 1 day before `to`, or 30 days before `to` for the interval `day`. */
  readonly from: Date | null;
  /** If this is `null`, the range ends now. */
  readonly to: Date | null;
}

/** The usage in a period. */
export interface PeriodUsage {
  /** One bucket for each hour or day of the period, oldest first, including those without requests. */
  readonly buckets: UsageBucket[];
  readonly totals: UsageCounts;
  /** The totals of the equally long span before the period. */
  readonly previousTotals: UsageCounts;
}

/** Reads the usage of API keys and of users. */
@Injectable()
export class UsageService {
  constructor(
    private readonly repository: UsageRepository,
    private readonly apiKeys: ApiKeysService,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the usage of one of the caller's keys.
   * Throws `api_key_not_found`. Throws `validation_failed` if the range is empty or too long.
   */
  async show(caller: Principal, apiKeyId: string, range: UsageRange): Promise<UsageBucket[]> {
    await this.apiKeys.get(caller, apiKeyId);
    return this.ofSubject({ apiKeyId }, range);
  }

  /**
   * Returns the usage of one of the caller's keys in a period, and the totals of the span before it.
   * Throws `api_key_not_found`.
   */
  async ofPeriod(
    caller: Principal,
    apiKeyId: string,
    period: UsagePeriodName,
    now = this.clock.now(),
  ): Promise<PeriodUsage> {
    await this.apiKeys.get(caller, apiKeyId);
    return this.ofSubjectInPeriod({ apiKeyId }, period, now);
  }

  /**
   * Returns the usage of any key or user, for admins. Throws `validation_failed` if the range is empty or too long.
   */
  async ofSubject(subject: UsageSubject, { interval, ...range }: UsageRange): Promise<UsageBucket[]> {
    const to = range.to ?? this.clock.now();
    const from = range.from ?? daysBefore(to, DEFAULT_SPAN_DAYS[interval]);
    if (from >= to) throw validationFailed(EMPTY_RANGE.on('from'));
    const maxDays = MAX_SPAN_DAYS[interval];
    if (to.getTime() - from.getTime() > maxDays * DAY_MS) {
      throw validationFailed(RANGE_TOO_LONG.on('from', { max: maxDays }));
    }
    const stepHours = HOURS[interval];
    const fromHour = Math.floor(hourOf(from) / stepHours) * stepHours;
    const toHour = Math.ceil(to.getTime() / HOUR_MS / stepHours) * stepHours - 1;
    const counts = await this.repository.find(subject, fromHour, toHour, stepHours);
    return toBuckets(counts, interval, from, to);
  }

  /** Returns the usage of any key or user in a period, for admins. A user's usage includes their removed keys. */
  async ofSubjectInPeriod(
    subject: UsageSubject,
    period: UsagePeriodName,
    now = this.clock.now(),
  ): Promise<PeriodUsage> {
    const { interval, from, to, previous } = usagePeriod(period, now);
    const find = (span: TimeSpan) =>
      this.repository.find(subject, hourOf(span.from), hourOf(span.to) - 1, HOURS[interval]);
    const counts = await find({ from, to });
    return {
      buckets: toBuckets(counts, interval, from, to),
      totals: sumCounts(counts),
      previousTotals: sumCounts(await find(previous)),
    };
  }
}

const hourOf = (time: Date): number => Math.floor(time.getTime() / HOUR_MS);
