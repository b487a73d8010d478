import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { unavailable } from '../common/errors/index.js';
import { Database } from '../database/index.js';
import { InvalidationFeedRepository } from './invalidation-feed.repository.js';
import { InvalidationBus } from './invalidation.bus.js';

/** The interval at which this instance reads the feed. */
const TICK_MS = 250;
/** The minimum time between two reads that `hint` causes. */
const HINT_MS = 10;
/** How long cached data can be trusted after a successful read of the feed, counted from the start of the read. */
const TRUST_MS = 1_000;
const ROWS_PER_QUERY = 1_000;
/** The number of rows that the feed keeps. An instance that has missed more rows than this drops all cached data. */
const KEPT_ROWS = 100_000;
/** The number of ticks between two deletions of old rows. At 250 ms per tick, it is one minute. */
const PRUNE_EVERY_TICKS = 240;

/**
 * Reads the invalidations of other instances with one cheap query per tick. Also decides whether cached data can be
 * trusted: for one second from the start of the last successful read.
 */
@Injectable()
export class InvalidationFeedReader implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(InvalidationFeedReader.name);
  private timer: NodeJS.Timeout | undefined;
  /**
   * The last sequence number that was read. On SQLite, this is the last data version instead, which changes whenever
   * another process commits.
   */
  private lastSeen = 0;
  private ticks = 0;
  private trustedUntilMs = 0;
  private pendingRead: Promise<void> | null = null;
  private isHinted = false;
  private hintedRead: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly repository: InvalidationFeedRepository,
    private readonly bus: InvalidationBus,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    this.lastSeen = this.database.dataVersion() ?? (await this.repository.lastNumber());
    await this.refresh();
    this.timer = setInterval(() => void this.tick(), TICK_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Reads the feed immediately instead of at the next tick. Call this if there may be new rows. */
  hint(): void {
    this.isHinted = true;
    this.hintedRead ??= this.readForHints().finally(() => (this.hintedRead = null));
  }

  /** Returns whether cached data is at most one second behind the database. */
  isTrusted(): boolean {
    return this.clock.monotonicMs() < this.trustedUntilMs;
  }

  /** Reads the feed until cached data can be trusted. Throws `unavailable` if that fails. */
  async catchUp(): Promise<void> {
    // The first `refresh` may join a read that started long ago. If the second read is also too slow, this method gives
    // up.
    for (let reads = 0; reads < 2 && !this.isTrusted(); reads++) await this.refresh();
    if (!this.isTrusted()) throw unavailable(new Error('The invalidation feed is too slow'));
  }

  private async readForHints(): Promise<void> {
    while (this.isHinted) {
      // A pending read may have started before the change, so another read must follow it.
      await this.pendingRead?.catch(() => undefined);
      this.isHinted = false;
      // If the database is unavailable, the next tick logs the error.
      await this.refresh().catch(() => undefined);
      await sleep(HINT_MS, undefined, { ref: false });
    }
  }

  private async tick(): Promise<void> {
    try {
      await this.refresh();
      if (++this.ticks % PRUNE_EVERY_TICKS === 0 && this.database.dataVersion() === null)
        await this.repository.deleteBefore(this.lastSeen - KEPT_ROWS);
    } catch (error) {
      if (!this.isTrusted()) this.logger.warn(`The invalidation feed can't be read: ${String(error)}`);
    }
  }

  /** Starts a read unless one is already running. Concurrent callers share the same read. */
  private refresh(): Promise<void> {
    this.pendingRead ??= this.readAll().finally(() => (this.pendingRead = null));
    return this.pendingRead;
  }

  private async readAll(): Promise<void> {
    let startedAtMs: number;
    do startedAtMs = this.clock.monotonicMs();
    while (await this.readOnce());
    // The trusted time counts from the start of the query, because the result may be that old. It is extended only
    // after all rows have been published.
    this.trustedUntilMs = startedAtMs + TRUST_MS;
  }

  /**
   * Reads the feed once.
   * @returns whether there may be more rows to read.
   */
  private async readOnce(): Promise<boolean> {
    const version = this.database.dataVersion();
    if (version === null) return this.readRows();
    // Only one server uses an SQLite file, but admin commands may also write to it. The server does not know what they
    // changed, so it invalidates everything.
    if (version !== this.lastSeen) this.bus.publishEverything();
    this.lastSeen = version;
    return false;
  }

  private async readRows(): Promise<boolean> {
    const rows = await this.repository.findAfter(this.lastSeen, ROWS_PER_QUERY);
    const [first] = rows;
    if (!first) return false;
    if (first.seq === this.lastSeen + 1) this.bus.publish(rows, 'feed');
    else this.bus.publishEverything();
    this.lastSeen = rows.at(-1)!.seq;
    return rows.length === ROWS_PER_QUERY;
  }
}
