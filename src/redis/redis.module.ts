import { Global, Module } from '@nestjs/common';
import { RedisLink } from './redis.link.js';

/** Optional: without `REDIS_URL` nothing of it does anything. */
@Global()
@Module({ providers: [RedisLink], exports: [RedisLink] })
export class RedisModule {}
