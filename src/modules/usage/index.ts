export { UsageHourEntity } from './usage-hour.entity.js';
export * from './usage.module.js';
export * from './usage-recorder.js';
