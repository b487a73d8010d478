import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Clock } from '../common/clock.js';
import { Settings } from '../settings/index.js';
import { ChangeFeed, Changes } from '../database/index.js';
import { RedisConnection } from './redis-connection.js';
import { failureOf, isRefusal } from './redis-failure.js';
import { RedisUnavailableError, RedisLink } from './redis-link.js';
import { SparseLog } from './sparse-log.js';

/** Says that there is something new in the change feed. Former versions read it as a list of changes, here none. */
const NEWS = Buffer.from('[]');
/** How often the way through Redis is tried when nobody else uses it. */
const TRY_EVERY_MS = 5_000;
const PATIENCE_MS = 1_000;
const MEANWHILE = 'Changes on other instances take up to a second until then.';

/**
 * Tells the other instances through Redis that something changed, so that they look into the change feed at
 * once instead of a moment later. What changed they believe the database only, so nobody who can write to the
 * channel can make them forget anything, and a message that gets lost costs nothing but that moment.
 */
@Injectable()
export class ChangeMessages implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(ChangeMessages.name);
  private readonly strangers: SparseLog;
  private readonly channel: string;
  private readonly connection: RedisConnection | null;
  private subscriber: Redis | null = null;
  private timer: NodeJS.Timeout | undefined;
  private hasHeard = false;
  /** Why messages can't be sent, or don't arrive, as it was logged; `null` when they do. */
  private readonly problems = { sending: null as string | null, hearing: null as string | null };

  constructor(
    { redisUrl, redisPrefix }: Settings,
    clock: Clock,
    private readonly link: RedisLink,
    private readonly changes: Changes,
    private readonly feed: ChangeFeed,
  ) {
    this.channel = `${redisPrefix}:changes`;
    this.strangers = new SparseLog(this.logger, clock);
    const owner = {
      opened: (client: Redis) => void this.subscribe(client),
      // The link tells of a Redis that is away; this connection only has to try on.
      lost: () => (this.subscriber = null),
    };
    this.connection = redisUrl === null ? null : new RedisConnection(redisUrl, clock, owner);
  }

  onModuleInit(): void {
    if (!this.connection) return;
    this.changes.relayTo(() => void this.send());
    this.connection.open();
    this.timer = setInterval(() => void this.tryOut(), TRY_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.connection?.close();
  }

  /** @returns whether Redis took the message. */
  private async send(): Promise<boolean> {
    try {
      await this.link.send((client) => client.publish(this.channel, NEWS));
      this.report('sending', null);
      return true;
    } catch (error) {
      if (!(error instanceof RedisUnavailableError))
        this.report('sending', `Redis refuses messages to the channel ${this.channel}: ${messageOf(error)}`);
      return false;
    }
  }

  private async subscribe(client: Redis): Promise<void> {
    this.subscriber = client;
    client.on('messageBuffer', (_channel, message) => this.hear(message));
    try {
      await client.subscribe(this.channel);
    } catch (error) {
      // What is wrong with the whole server, the link tells.
      if (isRefusal(error) && failureOf(error).kind === 'refusal' && !this.link.isDegraded)
        this.report('hearing', `Redis refuses to listen to the channel ${this.channel}: ${messageOf(error)}`);
    }
  }

  private hear(message: Buffer): void {
    this.hasHeard = true;
    this.report('hearing', null);
    if (message.equals(NEWS)) this.feed.hint();
    else
      this.strangers.warn(
        `Somebody else writes to the Redis channel ${this.channel}. Give each installation its own REDIS_PREFIX.`,
      );
  }

  /**
   * Makes sure that messages arrive: a subscription can get lost, and its connection hang, without a sign. What
   * other instances send proves it too.
   */
  private async tryOut(): Promise<void> {
    const { subscriber } = this;
    const hadHeard = this.hasHeard;
    this.hasHeard = false;
    if (hadHeard || !subscriber) return;
    let answers = false;
    if (!(await this.send())) {
      subscriber.ping().then(
        () => (answers = true),
        () => undefined,
      );
    }
    await sleep(PATIENCE_MS, undefined, { ref: false });
    // What already lies in the socket is read first.
    await new Promise(setImmediate);
    if (this.hasHeard || answers || subscriber !== this.subscriber) return;
    if (!this.link.isDegraded)
      this.report('hearing', `Messages to the Redis channel ${this.channel} don't arrive`);
    this.connection!.giveUp(subscriber, new Error('the subscription was lost'));
  }

  /** One line for each change. */
  private report(way: 'sending' | 'hearing', problem: string | null): void {
    const former = this.problems[way];
    this.problems[way] = problem;
    if (problem !== null && former === null) this.logger.warn(`${problem}. ${MEANWHILE}`);
    if (problem === null && former !== null)
      this.logger.log('Messages about changes pass through Redis again.');
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
