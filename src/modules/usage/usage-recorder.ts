import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { UNAVAILABLE } from '../../common/errors/index.js';
import { clientAddress } from '../../common/http/index.js';
import { isOutcomeUnknown } from '../../database/index.js';
import { ApiKeysService, type LastUse } from '../api-keys/index.js';
import { HOUR_MS, type UsageOutcome, type UsageTally } from './usage.js';
import { UsageRepository } from './usage.repository.js';

/** Half of the ten seconds in which a use must be visible: contract.md, section 2. */
const FLUSH_MS = 5_000;
/** Keys a transaction: few, so that others get their turn. */
const BATCH = 200;

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
  /** Of hours that are over, or of a batch that could not be written. */
  private readonly leftOver = new Map<string, Pending>();
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

  /** Nothing is missing after a stop that was asked for. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
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
    if (!kept) return void this.leftOver.set(id, entry);
    kept.accepted += entry.accepted;
    kept.limited += entry.limited;
    kept.denied += entry.denied;
    if (entry.usedAtMs !== null) Object.assign(kept, { usedAtMs: entry.usedAtMs, usedFrom: entry.usedFrom });
  }

  private async writeAll(): Promise<void> {
    const entries = [...this.leftOver.values(), ...this.pending.values()];
    this.leftOver.clear();
    this.pending = new Map();
    // In one order, so that instances that write the same rows at once wait instead of blocking each other.
    entries.sort((a, b) => (a.apiKeyId < b.apiKeyId ? -1 : a.apiKeyId > b.apiKeyId ? 1 : a.hour - b.hour));
    for (let start = 0; start < entries.length; start += BATCH)
      await this.write(entries.slice(start, start + BATCH));
  }

  private async write(batch: readonly Pending[]): Promise<void> {
    try {
      await this.repository.add(batch, (transaction) =>
        this.apiKeys.recordUses(transaction, batch.flatMap(toLastUse)),
      );
    } catch (error) {
      // A batch that may have been written is not written again, nor is one that never can be.
      const isKept = UNAVAILABLE.isKindOf(error) && !isOutcomeUnknown(error);
      if (isKept) batch.forEach((entry) => this.keep(entry));
      this.logger.warn(`Usage was not written and is ${isKept ? 'kept' : 'lost'}: ${String(error)}`);
    }
  }
}

const toLastUse = ({ apiKeyId, usedAtMs, usedFrom }: Pending): LastUse[] => {
  if (usedAtMs === null || usedFrom === null) return [];
  const { ip, remoteAddress } = usedFrom;
  return [{ apiKeyId, at: new Date(usedAtMs), from: clientAddress({ ip, socket: { remoteAddress } }) }];
};
