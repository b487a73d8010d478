export * from './dto/usage.dto.js';
export * from './dto/usage.query.js';
export { UsageHourEntity } from './usage-hour.entity.js';
export { UserUsageHourEntity } from './user-usage-hour.entity.js';
export * from './usage.module.js';
export * from './recording/usage.recorder.js';
export * from './usage.service.js';
export * from './stats/usage-stats.service.js';
export * from './usage-periods.js';
export {
  sumCounts,
  type UsageBucket,
  type UsageCounts,
  type UsageInterval,
  type UsageOutcome,
} from './usage.js';
export type { Ranking } from './stats/usage-ranking.js';
