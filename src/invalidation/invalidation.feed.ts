import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { unavailable } from '../common/errors/index.js';
import { Database } from '../database/index.js';
import { InvalidationFeedRepository } from './invalidation-feed.repository.js';
import { InvalidationBus } from './invalidation.bus.js';

/** How often this instance asks what others have changed. */
const TICK_MS = 250;
/** However many hints come, at most one of them is followed by a question in this time. */
const HINT_MS = 10;
/** How old an answered question may be while cached rows are trusted. */
const TRUST_MS = 1_000;
const PAGE = 1_000;
/** An instance that fell further behind forgets everything instead. */
const KEPT_ROWS = 100_000;
/** Once a minute. */
const PRUNE_EVERY_TICKS = 240;

/**
 * Learns with one cheap question a tick what other instances changed. Says whether cached rows may be trusted:
 * for one second, counted from the moment when the last answered question was sent.
 */
@Injectable()
export class InvalidationFeed implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(InvalidationFeed.name);
  private timer: NodeJS.Timeout | undefined;
  private seen = 0;
  private ticks = 0;
  private trustedUntilMs = 0;
  private question: Promise<void> | null = null;
  private isHinted = false;
  private answering: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly repository: InvalidationFeedRepository,
    private readonly bus: InvalidationBus,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    this.seen = this.database.dataVersion() ?? (await this.repository.lastNumber());
    await this.refresh();
    this.timer = setInterval(() => void this.tick(), TICK_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** There may be something new: asks at once instead of with the next tick. */
  hint(): void {
    this.isHinted = true;
    this.answering ??= this.answerHints().finally(() => (this.answering = null));
  }

  /** Whether cached rows are at most a second behind. */
  isTrusted(): boolean {
    return this.clock.monotonicMs() < this.trustedUntilMs;
  }

  /** Makes cached rows trustworthy again, or throws `unavailable`. */
  async catchUp(): Promise<void> {
    // The first answer may belong to a question that was sent long ago. If the second one is late too, give up.
    for (let asked = 0; asked < 2 && !this.isTrusted(); asked++) await this.refresh();
    if (!this.isTrusted()) throw unavailable(new Error('The invalidation feed is too slow'));
  }

  private async answerHints(): Promise<void> {
    while (this.isHinted) {
      // A pending question may have been sent before the change.
      await this.question?.catch(() => undefined);
      this.isHinted = false;
      // When the database doesn't answer, the next tick logs it.
      await this.refresh().catch(() => undefined);
      await sleep(HINT_MS, undefined, { ref: false });
    }
  }

  private async tick(): Promise<void> {
    try {
      await this.refresh();
      if (++this.ticks % PRUNE_EVERY_TICKS === 0 && this.database.dataVersion() === null)
        await this.repository.deleteBefore(this.seen - KEPT_ROWS);
    } catch (error) {
      if (!this.isTrusted()) this.logger.warn(`The invalidation feed can't be read: ${String(error)}`);
    }
  }

  /** Asks one question at a time; whoever needs an answer meanwhile waits for the pending one. */
  private refresh(): Promise<void> {
    this.question ??= this.readAll().finally(() => (this.question = null));
    return this.question;
  }

  private async readAll(): Promise<void> {
    let sentAtMs: number;
    do sentAtMs = this.clock.monotonicMs();
    while (await this.readNext());
    // Counted from the sending, because the answer may be that old, and set only when all pages are published.
    this.trustedUntilMs = sentAtMs + TRUST_MS;
  }

  /** @returns whether there may be more to read. */
  private async readNext(): Promise<boolean> {
    const version = this.database.dataVersion();
    if (version === null) return this.readPage();
    // An SQLite file has one server, but commands may write to it too. What they changed is not known.
    if (version !== this.seen) this.bus.publishEverything();
    this.seen = version;
    return false;
  }

  private async readPage(): Promise<boolean> {
    const rows = await this.repository.findAfter(this.seen, PAGE);
    const [first] = rows;
    if (!first) return false;
    if (first.seq === this.seen + 1) this.bus.publish(rows, 'feed');
    else this.bus.publishEverything();
    this.seen = rows.at(-1)!.seq;
    return rows.length === PAGE;
  }
}
