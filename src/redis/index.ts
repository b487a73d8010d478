export * from './redis-connection.js';
export { isErrorReply, toRedisFailure } from './redis-failure.js';
export * from './redis.link.js';
export * from './redis.module.js';
export * from './throttled-log.js';
