// Trap: rows do not become visible in the order of their ids, so a reader that remembers the highest id
// misses some. Here every change takes its number from one row, whose lock lasts until the commit.
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LessThan, MoreThan } from 'typeorm';
import { Clock } from '../common/clock.js';
import { SYSTEM } from './author.js';
import { ChangeClockEntity, ChangeFeedEntity } from './change-feed.entity.js';
import { unavailable } from '../common/errors/index.js';
import { Changes } from './changes.js';
import { Database } from './database.js';
import { Connections } from './connections.js';

/** How often this instance asks what others have changed. */
const TICK_MS = 250;
/** However many hints come, no more than one question follows in this time. */
const HINT_MS = 10;
/** How old an answered question may be for cached rows to be trusted: contract.md, section 6. */
const TRUST_MS = 1_000;
const PAGE = 1_000;
/** An instance that fell further behind forgets everything instead. */
const KEPT_CHANGES = 100_000;
/** Once a minute. */
const PRUNE_EVERY_TICKS = 240;

/**
 * Learns what other instances changed by one cheap question a tick, and says whether what is cached may be
 * trusted: for a second from the sending of the last question that was answered.
 */
@Injectable()
export class ChangeFeed implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(ChangeFeed.name);
  private timer: NodeJS.Timeout | undefined;
  private seen = 0;
  private ticks = 0;
  private trustedUntilMs = 0;
  private question: Promise<void> | null = null;
  private isHinted = false;
  private answering: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly connections: Connections,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    this.seen = await this.current();
    await this.refresh();
    this.timer = setInterval(() => void this.tick(), TICK_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Somebody says that there is something new: asks at once, without waiting for the next tick. */
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
    // The first answer may be to a question that was sent long ago; a second one that comes too late is too slow.
    for (let asked = 0; asked < 2 && !this.isTrusted(); asked++) await this.refresh();
    if (!this.isTrusted()) throw unavailable(new Error('The change feed is too slow'));
  }

  private async answerHints(): Promise<void> {
    while (this.isHinted) {
      // A question that is under way may have been sent before the change.
      await this.question?.catch(() => undefined);
      this.isHinted = false;
      // The next tick tells about a database that doesn't answer.
      await this.refresh().catch(() => undefined);
      await sleep(HINT_MS, undefined, { ref: false });
    }
  }

  private async tick(): Promise<void> {
    try {
      await this.refresh();
      if (++this.ticks % PRUNE_EVERY_TICKS === 0 && this.connections.dataVersion() === null)
        await this.prune();
    } catch (error) {
      if (!this.isTrusted()) this.logger.warn(`Changes cannot be read: ${String(error)}`);
    }
  }

  /** One question at a time; whoever needs an answer waits for the one that is under way. */
  private refresh(): Promise<void> {
    this.question ??= this.readChanges().finally(() => (this.question = null));
    return this.question;
  }

  private async readChanges(): Promise<void> {
    let sentAtMs: number;
    do sentAtMs = this.clock.monotonicMs();
    while (await this.readNext());
    // Counted from the sending, as the answer may be that old, and only now that all of it is known here.
    this.trustedUntilMs = sentAtMs + TRUST_MS;
  }

  /** True when there may be more to read. */
  private async readNext(): Promise<boolean> {
    const version = this.connections.dataVersion();
    if (version === null) return this.readPage();
    // On SQLite this server is the only one, but a command line may write to the file too.
    if (version !== this.seen) this.changes.publishAll();
    this.seen = version;
    return false;
  }

  private async readPage(): Promise<boolean> {
    const rows = await this.database.read((manager) =>
      manager.find(ChangeFeedEntity, {
        where: { seq: MoreThan(String(this.seen)) },
        order: { seq: 'ASC' },
        take: PAGE,
      }),
    );
    const [first] = rows;
    if (!first) return false;
    if (Number(first.seq) !== this.seen + 1) this.changes.publishAll();
    else this.changes.publish(rows.map(({ subject, subjectId }) => ({ subject, id: subjectId })));
    this.seen = Number(rows.at(-1)!.seq);
    return rows.length === PAGE;
  }

  /** The last number given out. */
  private async current(): Promise<number> {
    const version = this.connections.dataVersion();
    if (version !== null) return version;
    const clock = await this.database.read((manager) =>
      manager.findOneByOrFail(ChangeClockEntity, { id: 1 }),
    );
    return Number(clock.seq);
  }

  private async prune(): Promise<void> {
    const oldest = String(this.seen - KEPT_CHANGES);
    await this.database.write(SYSTEM, ({ manager }) =>
      manager.delete(ChangeFeedEntity, { seq: LessThan(oldest) }),
    );
  }
}
