import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';

/** How long a reload of the page shows the secret again. */
const RESULT_TTL_MS = 30_000;
/** How long a form is remembered as submitted. */
const SUBMITTED_TTL_MS = 60 * 60 * 1_000;
const MAX_RESULTS = 1_000;
const MAX_SUBMITTED = 10_000;

interface Submission {
  readonly input: string;
  readonly result: Promise<unknown>;
}

/**
 * Runs a form that produces a secret only once, however often it is submitted. For 30 seconds, the same form gets
 * the same result from the memory of this process. Nothing is stored.
 */
@Injectable()
export class OnceOnlyFormsService {
  private readonly results: LRUCache<string, Submission>;
  private readonly submitted: LRUCache<string, true>;

  constructor(clock: Clock) {
    // Purged by a timer: a secret must not stay in memory until another one replaces it.
    const expiry = { ttlAutopurge: true, perf: { now: () => clock.monotonicMs() } };
    this.results = new LRUCache({ ...expiry, max: MAX_RESULTS, ttl: RESULT_TTL_MS });
    this.submitted = new LRUCache({ ...expiry, max: MAX_SUBMITTED, ttl: SUBMITTED_TTL_MS });
  }

  /**
   * @param input what the form asks for. The same form id with other input has been used already.
   * @returns the result of `work`, or `null` if the form was submitted before and its result is gone.
   */
  once<T>(
    caller: SessionPrincipal,
    formId: string,
    input: unknown,
    work: () => Promise<T>,
  ): Promise<T> | null {
    const form = `${caller.sessionId} ${formId}`;
    const inputText = JSON.stringify(input);
    const earlier = this.results.get(form);
    if (earlier?.input === inputText) return earlier.result as Promise<T>;
    if (this.submitted.has(form)) return null;

    const result = work();
    this.results.set(form, { input: inputText, result });
    this.submitted.set(form, true);
    // The caller handles the error. The form may be submitted again.
    result.catch(() => {
      this.results.delete(form);
      this.submitted.delete(form);
    });
    return result;
  }
}
