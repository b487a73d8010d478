export { InvalidationClockEntity, InvalidationFeedEntity } from './invalidation-feed.entity.js';
export * from './invalidation.bus.js';
export * from './invalidation-feed.reader.js';
export * from './invalidation.js';
export * from './invalidation.module.js';
