export * from './redis-connection.js';
export { failureOf, isRefusal } from './redis-failure.js';
export * from './redis-link.js';
export * from './redis.module.js';
export * from './sparse-log.js';
