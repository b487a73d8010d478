import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../../../common/clock.js';
import {
  BulkRevocationService,
  type ApiKeySelection,
  type RevocationPreview,
} from '../../../api-keys/index.js';

/** A preview that no page asks for within this time is forgotten. */
const TTL_MS = 60_000;
const MAX_PREVIEWS = 100;

/** Previews bulk revocations. With a million keys, a preview takes seconds, so a page doesn't wait for it. */
@Injectable()
export class RevocationPreviewsService {
  /** The previews that no page has shown yet, by their selection. */
  private readonly previews: LRUCache<string, Promise<RevocationPreview>>;

  constructor(
    private readonly revocations: BulkRevocationService,
    clock: Clock,
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
    const pending = this.previews.get(id) ?? this.revocations.preview(selection);
    this.previews.set(id, pending);
    const isReady = pending.then(
      () => true,
      () => true,
    );
    if (!(await Promise.race([isReady, sleep(waitMs, false, { ref: false })]))) return null;
    this.previews.delete(id);
    return pending;
  }
}
