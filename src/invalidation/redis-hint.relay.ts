import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Clock } from '../common/clock.js';
import { Settings } from '../settings/index.js';
import {
  toRedisFailure,
  isErrorReply,
  RedisConnection,
  RedisLink,
  RedisUnavailableError,
  ThrottledLog,
} from '../redis/index.js';
import { InvalidationBus } from './invalidation.bus.js';
import { InvalidationFeedReader } from './invalidation-feed.reader.js';
import type { Invalidation, InvalidationListener, InvalidationSource } from './invalidation.js';

/**
 * The message that makes other instances read the feed. It contains no data. It is an empty JSON array, because earlier
 * versions sent a JSON array of invalidations.
 */
const MESSAGE = Buffer.from('[]');
/** The interval at which the subscription is tested while no messages arrive. */
const TEST_EVERY_MS = 5_000;
/** The maximum time that a test waits for its message. */
const TEST_TIMEOUT_MS = 1_000;
const MEANWHILE = 'Until this is fixed, changes can take up to a second to reach all instances.';

/**
 * Sends a message through Redis after each local change, so that other instances read the feed immediately instead of
 * at their next tick. Messages contain no data, so a forged message can't invalidate anything. If a message is lost,
 * the other instances read the feed at their next tick.
 */
@Injectable()
export class RedisHintRelay implements InvalidationListener, OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RedisHintRelay.name);
  private readonly foreignMessages: ThrottledLog;
  private readonly channel: string;
  private readonly connection: RedisConnection | null;
  private subscriber: Redis | null = null;
  private timer: NodeJS.Timeout | undefined;
  private hasReceived = false;
  /** The problem that was logged for each direction, or `null` while messages can be sent or received. */
  private readonly problems: Record<'sending' | 'receiving', string | null> = {
    sending: null,
    receiving: null,
  };

  constructor(
    { redisUrl, redisPrefix }: Settings,
    clock: Clock,
    private readonly link: RedisLink,
    private readonly bus: InvalidationBus,
    private readonly feed: InvalidationFeedReader,
  ) {
    this.channel = `${redisPrefix}:changes`;
    this.foreignMessages = new ThrottledLog(this.logger, clock);
    const owner = {
      opened: (client: Redis) => void this.subscribe(client),
      // `RedisLink` logs the outage. This connection reconnects automatically.
      lost: () => (this.subscriber = null),
    };
    this.connection = redisUrl === null ? null : new RedisConnection(redisUrl, clock, owner);
  }

  onModuleInit(): void {
    if (!this.connection) return;
    this.bus.subscribe(this);
    this.connection.open();
    this.timer = setInterval(() => void this.test(), TEST_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.connection?.close();
  }

  invalidated(_invalidations: readonly Invalidation[], source: InvalidationSource): void {
    if (source === 'local') void this.send();
  }

  /** Does nothing, because other instances read the same change from the database. */
  everythingInvalidated(): void {}

  /**
   * Sends a message to the other instances.
   * @returns whether Redis accepted the message.
   */
  private async send(): Promise<boolean> {
    try {
      await this.link.send((client) => client.publish(this.channel, MESSAGE));
      this.report('sending', null);
      return true;
    } catch (error) {
      if (!(error instanceof RedisUnavailableError))
        this.report('sending', `Redis rejects messages to the channel ${this.channel}: ${messageOf(error)}`);
      return false;
    }
  }

  private async subscribe(client: Redis): Promise<void> {
    this.subscriber = client;
    client.on('messageBuffer', (_channel, message) => this.receive(message));
    try {
      await client.subscribe(this.channel);
    } catch (error) {
      // `RedisLink` logs problems that affect all commands. This logs only problems with the channel.
      if (isErrorReply(error) && toRedisFailure(error).kind === 'unusable' && !this.link.isDegraded)
        this.report(
          'receiving',
          `Redis rejects the subscription to the channel ${this.channel}: ${messageOf(error)}`,
        );
    }
  }

  private receive(message: Buffer): void {
    this.hasReceived = true;
    this.report('receiving', null);
    if (message.equals(MESSAGE)) this.feed.hint();
    else
      this.foreignMessages.warn(
        `Another program is writing to the Redis channel ${this.channel}. Give each installation its own REDIS_PREFIX.`,
      );
  }

  /**
   * Tests whether messages arrive. A subscription can be lost without an error, or its connection can hang. The test is
   * skipped if any message has arrived since the last test.
   */
  private async test(): Promise<void> {
    const { subscriber } = this;
    const hadReceived = this.hasReceived;
    this.hasReceived = false;
    if (hadReceived || !subscriber) return;
    let hasReply = false;
    if (!(await this.send())) {
      subscriber.ping().then(
        () => (hasReply = true),
        () => undefined,
      );
    }
    await sleep(TEST_TIMEOUT_MS, undefined, { ref: false });
    // Gives the event loop time to read messages that have already arrived.
    await new Promise(setImmediate);
    if (this.hasReceived || hasReply || subscriber !== this.subscriber) return;
    if (!this.link.isDegraded)
      this.report('receiving', `Messages on the Redis channel ${this.channel} aren't arriving`);
    this.connection!.reconnect(subscriber, new Error('the subscription was lost'));
  }

  /** Logs a problem when it begins and when it ends. */
  private report(direction: 'sending' | 'receiving', problem: string | null): void {
    const previous = this.problems[direction];
    this.problems[direction] = problem;
    if (problem !== null && previous === null) this.logger.warn(`${problem}. ${MEANWHILE}`);
    if (problem === null && previous !== null)
      this.logger.log('Messages about changes are arriving through Redis again.');
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
