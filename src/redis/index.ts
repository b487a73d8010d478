export * from './redis-link.js';
export * from './redis.module.js';
export * from './sparse-log.js';
