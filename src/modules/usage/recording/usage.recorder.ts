import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import { HOUR_MS } from '../../../common/duration.js';
import { UNAVAILABLE } from '../../../common/errors/index.js';
import { clientAddress } from '../../../common/http/index.js';
import { OutcomeUnknownError } from '../../../database/index.js';
import { ApiKeysService, type LastUse } from '../../api-keys/index.js';
import type { UsageOutcome, UsageTally } from '../usage.js';
import { UsageRepository } from '../usage.repository.js';

/** The interval between two flushes. It is half of the ten seconds within which usage must be visible. */
const FLUSH_MS = 5_000;
/**
 * The number of entries per transaction. It is small, because on SQLite a transaction blocks this thread and other
 * requests must wait.
 */
const SLICE = 50;
/**
 * The maximum number of entries that are kept in memory while the database is unavailable. They need a few hundred
 * megabytes.
 */
const MAX_KEPT = 500_000;

/** Where a request came from. The client address is derived from it only when the usage is written. */
interface Origin {
  readonly ip: string;
  readonly remoteAddress: string | undefined;
}

interface Pending extends UsageTally {
  usedAtMs: number | null;
  usedFrom: Origin | null;
}

/**
 * Counts the usage of API keys in memory and writes it in batches, so that no request waits for a write. Counts that
 * could not be written are kept for the next batch.
 */
@Injectable()
export class UsageRecorder implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(UsageRecorder.name);
  private pending = new Map<string, Pending>();
  /** Entries of past hours, and entries that could not be written yet. */
  private readonly leftOver = new Map<string, Pending>();
  /** The entries that the running flush still has to write. */
  private unwritten: Pending[] = [];
  private dropped = 0;
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly repository: UsageRepository,
    private readonly apiKeys: ApiKeysService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_MS);
    this.timer.unref();
  }

  /**
   * Writes the remaining counts. Logs how many are lost if the write fails or if the process exits before the write
   * ends.
   */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    const report = () => this.reportUnwritten();
    process.once('exit', report);
    await this.flush();
    process.off('exit', report);
    report();
  }

  /** Counts the outcome of a request with the key. */
  count(apiKeyId: string, outcome: UsageOutcome): void {
    this.open(apiKeyId, this.clock.nowMs())[outcome]++;
  }

  /** Records a request as the key's last use. */
  noteUse(apiKeyId: string, ip: string, remoteAddress: string | undefined): void {
    const nowMs = this.clock.nowMs();
    const pending = this.open(apiKeyId, nowMs);
    pending.usedAtMs = nowMs;
    pending.usedFrom = { ip, remoteAddress };
  }

  /** Writes all counts. Flushes run one after the other, so that an older flush can't finish after a newer one. */
  flush(): Promise<void> {
    this.flushing = this.flushing.then(() => this.writeAll());
    return this.flushing;
  }

  private open(apiKeyId: string, nowMs: number): Pending {
    const hour = Math.floor(nowMs / HOUR_MS);
    const known = this.pending.get(apiKeyId);
    if (known?.hour === hour) return known;
    if (known) this.keep(known);
    const opened = { apiKeyId, hour, accepted: 0, limited: 0, denied: 0, usedAtMs: null, usedFrom: null };
    this.pending.set(apiKeyId, opened);
    return opened;
  }

  /**
   * Keeps an entry that has not been written. Entries for the same key and hour are added together, which limits the
   * memory while the database is unavailable.
   */
  private keep(entry: Pending): void {
    const id = `${entry.apiKeyId} ${entry.hour}`;
    const kept = this.leftOver.get(id);
    if (!kept) {
      if (this.leftOver.size < MAX_KEPT) this.leftOver.set(id, entry);
      else this.dropped++;
      return;
    }
    kept.accepted += entry.accepted;
    kept.limited += entry.limited;
    kept.denied += entry.denied;
    if (entry.usedAtMs !== null && entry.usedAtMs >= (kept.usedAtMs ?? 0))
      Object.assign(kept, { usedAtMs: entry.usedAtMs, usedFrom: entry.usedFrom });
  }

  private async writeAll(): Promise<void> {
    const entries = [...this.leftOver.values(), ...this.pending.values()];
    this.leftOver.clear();
    this.pending = new Map();
    this.unwritten = entries;
    while (this.unwritten.length > 0) {
      const slice = this.unwritten.slice(0, SLICE);
      const isDone = await this.write(slice);
      // The database is unavailable, so the next flush tries again.
      if (!isDone) break;
      this.unwritten.splice(0, slice.length);
      await nextTurn();
    }
    for (const entry of this.unwritten.splice(0)) this.keep(entry);
    if (this.dropped > 0)
      this.logger.warn(`${this.dropped} hourly usage counts were lost, because they did not fit in memory.`);
    this.dropped = 0;
  }

  /** Writes a slice. Returns false if the database is unavailable and the slice must be written again. */
  private async write(slice: Pending[]): Promise<boolean> {
    // All instances write rows in the same order. So two instances that write the same rows at the same time can't
    // deadlock: one waits for the other.
    slice.sort(byKeyAndHour);
    try {
      await this.repository.add(slice, (transaction) =>
        this.apiKeys.recordUses(transaction, lastUsesOf(slice)),
      );
      return true;
    } catch (error) {
      // A slice is not written again if it may already have been written, or if it can never be written.
      const isUnknown = error instanceof OutcomeUnknownError;
      const isKept = UNAVAILABLE.isKindOf(error) && !isUnknown;
      const what = `Usage of ${slice.length} keys (${callsIn(slice)} requests)`;
      const consequence = isKept
        ? 'could not be written and will be written later'
        : isUnknown
          ? 'may not have been written'
          : 'could not be written and is lost';
      this.logger.warn(`${what} ${consequence}: ${String(error)}`);
      return !isKept;
    }
  }

  private reportUnwritten(): void {
    const entries = [...this.unwritten, ...this.leftOver.values(), ...this.pending.values()];
    if (entries.length === 0) return;
    this.logger.error(
      `The process is exiting without having written the usage of ${entries.length} keys (${callsIn(entries)} requests).`,
    );
  }
}

const byKeyAndHour = (a: Pending, b: Pending): number =>
  a.apiKeyId < b.apiKeyId ? -1 : a.apiKeyId > b.apiKeyId ? 1 : a.hour - b.hour;

const callsIn = (entries: readonly Pending[]): number =>
  entries.reduce((sum, { accepted, limited, denied }) => sum + accepted + limited + denied, 0);

/** Returns the latest use of each key. A key that was used in two different hours has two entries in the slice. */
function lastUsesOf(slice: readonly Pending[]): LastUse[] {
  const uses = new Map<string, LastUse>();
  for (const { apiKeyId, usedAtMs, usedFrom } of slice) {
    if (usedAtMs === null || usedFrom === null) continue;
    const { ip, remoteAddress } = usedFrom;
    const use = { apiKeyId, at: new Date(usedAtMs), from: clientAddress({ ip, socket: { remoteAddress } }) };
    const known = uses.get(apiKeyId);
    if (!known || known.at <= use.at) uses.set(apiKeyId, use);
  }
  return [...uses.values()];
}
