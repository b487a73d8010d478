import { Global, Module } from '@nestjs/common';
import { ChangeMessages } from './change-messages.js';
import { RedisLink } from './redis-link.js';

/** Optional: without `REDIS_URL` nothing of it does anything. */
@Global()
@Module({ providers: [RedisLink, ChangeMessages], exports: [RedisLink] })
export class RedisModule {}
