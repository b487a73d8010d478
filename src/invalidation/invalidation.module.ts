import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { InvalidationClockEntity, InvalidationFeedEntity } from './invalidation-feed.entity.js';
import { InvalidationFeedRepository } from './invalidation-feed.repository.js';
import { InvalidationBus } from './invalidation.bus.js';
import { InvalidationFeedReader } from './invalidation-feed.reader.js';
import { RedisHintRelay } from './redis-hint.relay.js';

/** Provides the invalidation of caches for servers and commands. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([InvalidationClockEntity, InvalidationFeedEntity])],
  providers: [InvalidationFeedRepository, InvalidationBus, InvalidationFeedReader],
  exports: [InvalidationBus, InvalidationFeedReader],
})
export class InvalidationModule {}

/**
 * Uses Redis to make other instances read the feed immediately. This module is only for servers, because it needs
 * `RedisModule`.
 */
@Module({ imports: [InvalidationModule], providers: [RedisHintRelay] })
export class RedisHintModule {}
