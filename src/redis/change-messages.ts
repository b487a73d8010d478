import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Redis } from 'ioredis';
import { AppConfig } from '../config/index.js';
import { Changes, type Change } from '../database/index.js';
import { RedisLink } from './redis-link.js';

const CHANNEL = 'chameleon:changes';
/** So many changes a message, so that Redis takes each well within the time that a command may take. */
const CHANGES_A_MESSAGE = 1_000;

/**
 * Hands this instance's changes to the others through Redis, so that they hear at once instead of with their
 * next look at the change feed. A message that gets lost costs nothing but that second.
 */
@Injectable()
export class ChangeMessages implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(ChangeMessages.name);
  private subscriber: Redis | null = null;

  constructor(
    private readonly config: AppConfig,
    private readonly link: RedisLink,
    private readonly changes: Changes,
  ) {}

  onModuleInit(): void {
    if (this.config.redisUrl === null) return;
    this.changes.relayTo((changes) => void this.send(changes));
    this.subscriber = new Redis(this.config.redisUrl, {
      retryStrategy: () => 250,
      maxRetriesPerRequest: null,
    });
    // The link tells of a Redis that is away; this connection only has to try on.
    this.subscriber.on('error', () => undefined);
    this.subscriber.on('message', (_channel, message) => this.receive(message));
    this.subscriber.subscribe(CHANNEL).catch((error: unknown) => this.logger.warn(String(error)));
  }

  onApplicationShutdown(): void {
    this.subscriber?.disconnect();
  }

  private async send(changes: readonly Change[]): Promise<void> {
    try {
      for (let start = 0; start < changes.length; start += CHANGES_A_MESSAGE) {
        const message = JSON.stringify(changes.slice(start, start + CHANGES_A_MESSAGE));
        await this.link.ask((client) => client.publish(CHANNEL, message));
      }
    } catch (error) {
      this.logger.debug(`A change was not sent at once: ${String(error)}`);
    }
  }

  private receive(message: string): void {
    try {
      this.changes.publish(parseChanges(message));
    } catch {
      this.logger.warn(`Somebody else writes to the channel ${CHANNEL}.`);
      this.changes.publishAll();
    }
  }
}

/** Throws an error for anything that is not a list of changes. */
function parseChanges(message: string): Change[] {
  const parsed: unknown = JSON.parse(message);
  if (!Array.isArray(parsed)) throw new TypeError('not a list');
  return parsed.map((entry: unknown) => {
    const { subject, id } = entry as Partial<Change>;
    if ((subject !== 'user' && subject !== 'api_key') || typeof id !== 'string')
      throw new TypeError('not a change');
    return { subject, id };
  });
}
