export * from './dto/usage.dto.js';
export { UsageHourEntity } from './usage-hour.entity.js';
export * from './usage.module.js';
export * from './usage.recorder.js';
export * from './usage.service.js';
export * from './usage-periods.js';
export type { UsageBucket, UsageCounts, UsageInterval } from './usage.js';
