import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { ApiKeysService, type CreatedApiKey, type NewApiKey } from '../../api-keys/index.js';

/** How long a new key is shown again to a reload of its page. */
const SHOWN_MS = 30_000;
const MAX_SHOWN = 1_000;

interface Creation {
  readonly wanted: string;
  readonly created: Promise<CreatedApiKey>;
}

/**
 * Lets each form create one key, however often it is sent. For 30 seconds the same form gets the same key
 * again, out of this process's memory; nothing of it is stored.
 */
@Injectable()
export class NewKeys {
  private readonly creations: LRUCache<string, Creation>;

  constructor(
    private readonly apiKeys: ApiKeysService,
    clock: Clock,
  ) {
    this.creations = new LRUCache({
      max: MAX_SHOWN,
      ttl: SHOWN_MS,
      // A key must not stay in memory for want of another one that pushes it out.
      ttlAutopurge: true,
      perf: { now: () => clock.monotonicMs() },
    });
  }

  /**
   * @param formId made up when the form was shown.
   * Throws `already_created` and `idempotency_key_reused` when the form has created a key before that,
   * `validation_failed` and `api_key_quota_reached`.
   */
  create(caller: SessionPrincipal, formId: string, wanted: NewApiKey): Promise<CreatedApiKey> {
    const form = `${caller.sessionId} ${formId}`;
    const asked = JSON.stringify(wanted);
    const known = this.creations.get(form);
    if (known?.wanted === asked) return known.created;
    const created = this.apiKeys.create(caller, wanted, `console:${formId}`);
    if (known) return created;
    this.creations.set(form, { wanted: asked, created });
    // Whoever waits for it is told; the form may be sent once more.
    created.catch(() => this.creations.delete(form));
    return created;
  }
}
