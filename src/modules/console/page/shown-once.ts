import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { MALFORMED_REQUEST } from '../../../common/errors/index.js';
import { isUuid } from '../../../common/text/uuid.js';
import { textOf, type FormBody } from './forms.js';

/** How long a secret is shown again to a reload of its page. */
const SHOWN_MS = 30_000;
/** How long a form is known to have done its work. */
const KNOWN_MS = 60 * 60 * 1_000;
const MAX_SHOWN = 1_000;
const MAX_KNOWN = 10_000;

interface Result {
  readonly asked: string;
  readonly result: Promise<unknown>;
}

/** For the hidden field `form` of a form that must do its work once. */
export const newFormId = (): string => randomUUID();

/** The id that a form brings back. Throws `malformed_request` for one that we have not made. */
export function formIdOf(form: FormBody): string {
  const formId = textOf(form, 'form');
  if (!isUuid(formId)) throw MALFORMED_REQUEST.create();
  return formId;
}

/**
 * Lets a form whose answer is a secret do its work once, however often it is sent. For 30 seconds the same form
 * gets the same answer, out of this process's memory; nothing of it is stored.
 */
@Injectable()
export class ShownOnce {
  private readonly results: LRUCache<string, Result>;
  private readonly known: LRUCache<string, true>;

  constructor(clock: Clock) {
    // A secret must not stay in memory for want of another one that pushes it out.
    const forgets = { ttlAutopurge: true, perf: { now: () => clock.monotonicMs() } };
    this.results = new LRUCache({ ...forgets, max: MAX_SHOWN, ttl: SHOWN_MS });
    this.known = new LRUCache({ ...forgets, max: MAX_KNOWN, ttl: KNOWN_MS });
  }

  /**
   * @param asked what the form asks for: with something else it is another form.
   * @returns what the work gives, or `null` when the form has done its work and it cannot be shown any more.
   */
  once<T>(
    caller: SessionPrincipal,
    formId: string,
    asked: unknown,
    work: () => Promise<T>,
  ): Promise<T> | null {
    const form = `${caller.sessionId} ${formId}`;
    const text = JSON.stringify(asked);
    const earlier = this.results.get(form);
    if (earlier?.asked === text) return earlier.result as Promise<T>;
    if (this.known.has(form)) return null;

    const result = work();
    this.results.set(form, { asked: text, result });
    this.known.set(form, true);
    // Whoever waits for it is told; the form may be sent once more.
    result.catch(() => {
      this.results.delete(form);
      this.known.delete(form);
    });
    return result;
  }
}
