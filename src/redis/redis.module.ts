import { Global, Module } from '@nestjs/common';
import { RedisLink } from './redis.link.js';

/** Provides the connection to Redis. Without `REDIS_URL`, this module does nothing. */
@Global()
@Module({ providers: [RedisLink], exports: [RedisLink] })
export class RedisModule {}
