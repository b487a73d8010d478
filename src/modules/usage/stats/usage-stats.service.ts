import { Injectable } from '@nestjs/common';
import { HOUR_MS } from '../../../common/duration.js';
import { toBuckets } from '../usage-buckets.js';
import type { Ranking } from './usage-ranking.js';
import { UsageStatsRepository } from './usage-stats.repository.js';
import type { UsageBucket } from '../usage.js';

/** The number of keys and users in a ranking. */
export const RANKING_SIZE = 10;

/** The usage of all keys and users in a span of time. */
export interface UsageStats {
  /** One bucket for each hour, including hours without requests. */
  readonly buckets: UsageBucket[];
  readonly apiKeys: Ranking;
  readonly users: Ranking;
}

/** Adds up the usage of all keys and users, for admins. */
@Injectable()
export class UsageStatsService {
  constructor(private readonly repository: UsageStatsRepository) {}

  /** Adds up the usage in all hours that overlap the span. */
  async between(from: Date, to: Date): Promise<UsageStats> {
    const first = Math.floor(from.getTime() / HOUR_MS);
    const end = Math.ceil(to.getTime() / HOUR_MS);
    const hours = Array.from({ length: end - first }, (_, index) => first + index);
    return {
      buckets: toBuckets(await this.repository.totals(hours), 'hour', from, to),
      apiKeys: await this.repository.rankKeys(hours, RANKING_SIZE),
      users: await this.repository.rankUsers(hours, RANKING_SIZE),
    };
  }
}
