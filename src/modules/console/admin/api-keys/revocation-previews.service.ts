import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../../../common/clock.js';
import {
  BulkRevocationService,
  type ApiKeySelection,
  type RevocationPreview,
} from '../../../api-keys/index.js';

/** A result that no page asks for within this time is forgotten. */
const TTL_MS = 60_000;
const MAX_PREVIEWS = 100;
/** A page that waits for its preview asks every two seconds. After this time, nobody waits for the preview any more. */
const ABANDONED_AFTER_MS = 10_000;

interface PendingPreview {
  /** When a page last asked for the preview, on the monotonic clock. */
  askedMs: number;
  /** The result is `null` if the preview was abandoned before it began. */
  readonly result: Promise<RevocationPreview | null>;
}

/**
 * Previews bulk revocations. With a million keys, a preview takes seconds, so a page doesn't wait for it. Only one preview
 * runs at a time: on SQLite, several ones would block the process so often that all other requests become slow.
 */
@Injectable()
export class RevocationPreviewsService {
  /** The previews that no page has shown yet, by their selection. */
  private readonly previews: LRUCache<string, PendingPreview>;
  /** Ends when the last preview has ended. */
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly revocations: BulkRevocationService,
    private readonly clock: Clock,
  ) {
    this.previews = new LRUCache({
      max: MAX_PREVIEWS,
      ttl: TTL_MS,
      perf: { now: () => clock.monotonicMs() },
    });
  }

  /**
   * Returns the preview, or `null` if it isn't ready within the given time. The preview then continues, and the next
   * call for the same selection gets its result. A result is returned only once, so that a later call counts again.
   */
  async within(waitMs: number, selection: ApiKeySelection): Promise<RevocationPreview | null> {
    const id = JSON.stringify(selection);
    const pending = this.previews.get(id) ?? this.start(id, selection);
    pending.askedMs = this.clock.monotonicMs();
    const isReady = pending.result.then(
      () => true,
      () => true,
    );
    if (!(await Promise.race([isReady, sleep(waitMs, false, { ref: false })]))) return null;
    this.previews.delete(id);
    return pending.result;
  }

  private start(id: string, selection: ApiKeySelection): PendingPreview {
    const result = this.queue.then(() => {
      if (this.clock.monotonicMs() - pending.askedMs < ABANDONED_AFTER_MS)
        return this.revocations.preview(selection);
      this.previews.delete(id);
      return null;
    });
    this.queue = result.catch(() => undefined);
    const pending = { askedMs: this.clock.monotonicMs(), result };
    this.previews.set(id, pending);
    return pending;
  }
}
