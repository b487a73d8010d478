import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { HOUR_MS } from '../../common/duration.js';
import { UNAVAILABLE } from '../../common/errors/index.js';
import { clientAddress } from '../../common/http/index.js';
import { OutcomeUnknownError } from '../../database/index.js';
import { ApiKeysService, type LastUse } from '../api-keys/index.js';
import type { UsageOutcome, UsageTally } from './usage.js';
import { UsageRepository } from './usage.repository.js';

/** Half of the ten seconds after which a use is to be seen. */
const FLUSH_MS = 5_000;
/** Keys a transaction: few, so that others get their turn and nothing waits long for SQLite, which works on this thread. */
const SLICE = 50;
/** So many entries are kept while the database is away: some hundred megabytes. */
const MAX_KEPT = 500_000;

/** Where a call came from, as far as it is known without looking closer. */
interface Origin {
  readonly ip: string;
  readonly remoteAddress: string | undefined;
}

interface Pending extends UsageTally {
  usedAtMs: number | null;
  usedFrom: Origin | null;
}

/**
 * Gathers in memory how keys are used and writes it in batches, so that no call waits for a write.
 * What could not be written is kept for the next batch.
 */
@Injectable()
export class UsageRecorder implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(UsageRecorder.name);
  private pending = new Map<string, Pending>();
  /** Of hours that are over, or of a slice that could not be written. */
  private readonly leftOver = new Map<string, Pending>();
  /** What the flush that runs still has to write. */
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

  /** Writes the rest. What is not written when the process ends, it says at least. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    const report = () => this.reportUnwritten();
    process.once('exit', report);
    await this.flush();
    process.off('exit', report);
    report();
  }

  /** Counts what became of a call with the key. */
  count(apiKeyId: string, outcome: UsageOutcome): void {
    this.open(apiKeyId, this.clock.nowMs())[outcome]++;
  }

  /** Notes a call that the limiter accepted as the key's last use. */
  use(apiKeyId: string, ip: string, remoteAddress: string | undefined): void {
    const nowMs = this.clock.nowMs();
    const pending = this.open(apiKeyId, nowMs);
    pending.usedAtMs = nowMs;
    pending.usedFrom = { ip, remoteAddress };
  }

  /** Writes what was gathered; flushes queue, so that none overtakes another. */
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

  /** Keeps what is not written yet: one entry for a key and hour, however long the database is away. */
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
      // The database is away: the next flush tries again.
      if (!isDone) break;
      this.unwritten.splice(0, slice.length);
      await nextTurn();
    }
    for (const entry of this.unwritten.splice(0)) this.keep(entry);
    if (this.dropped > 0) this.logger.warn(`Usage of ${this.dropped} keys and hours did not fit in memory.`);
    this.dropped = 0;
  }

  /** False when the slice is to be written again, as the database is away. */
  private async write(slice: Pending[]): Promise<boolean> {
    // In one order, so that instances that write the same rows at once wait instead of blocking each other.
    slice.sort(byKeyAndHour);
    try {
      await this.repository.add(slice, (transaction) =>
        this.apiKeys.recordUses(transaction, lastUsesOf(slice)),
      );
      return true;
    } catch (error) {
      // A slice that may have been written is not written again, nor is one that never can be.
      const isKept = UNAVAILABLE.isKindOf(error) && !(error instanceof OutcomeUnknownError);
      const what = `Usage of ${slice.length} keys (${callsIn(slice)} calls)`;
      this.logger.warn(`${what} was not written and is ${isKept ? 'kept' : 'lost'}: ${String(error)}`);
      return !isKept;
    }
  }

  private reportUnwritten(): void {
    const entries = [...this.unwritten, ...this.leftOver.values(), ...this.pending.values()];
    if (entries.length === 0) return;
    this.logger.error(
      `The process ends with usage of ${entries.length} keys (${callsIn(entries)} calls) not written.`,
    );
  }
}

const byKeyAndHour = (a: Pending, b: Pending): number =>
  a.apiKeyId < b.apiKeyId ? -1 : a.apiKeyId > b.apiKeyId ? 1 : a.hour - b.hour;

const callsIn = (entries: readonly Pending[]): number =>
  entries.reduce((sum, { accepted, limited, denied }) => sum + accepted + limited + denied, 0);

/** One use a key, the latest: a key that was used before and after a full hour has two entries. */
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
