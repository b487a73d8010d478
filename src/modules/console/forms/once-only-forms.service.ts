import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';

/** If a form is submitted again within this time, for example by a reload, the page shows the secret again. */
const RESULT_TTL_MS = 30_000;
/** If a form is submitted again within this time, its work doesn't run again. */
const SUBMITTED_TTL_MS = 60 * 60 * 1_000;
const MAX_RESULTS = 1_000;
const MAX_SUBMITTED = 10_000;

interface Submission {
  readonly input: string;
  readonly result: Promise<unknown>;
}

/**
 * Runs the work of a form that produces a secret. The work runs only once, even if the form is submitted again. For 30
 * seconds, the same form gets the same result from the memory of this process. The result is never written to a
 * database or disk.
 */
@Injectable()
export class OnceOnlyFormsService {
  private readonly results: LRUCache<string, Submission>;
  private readonly submitted: LRUCache<string, true>;

  constructor(clock: Clock) {
    // A timer removes expired entries. Without it, secrets would stay in memory until new entries replace them.
    const expiry = { ttlAutopurge: true, perf: { now: () => clock.monotonicMs() } };
    this.results = new LRUCache({ ...expiry, max: MAX_RESULTS, ttl: RESULT_TTL_MS });
    this.submitted = new LRUCache({ ...expiry, max: MAX_SUBMITTED, ttl: SUBMITTED_TTL_MS });
  }

  /**
   * Runs the work of a form, or returns the result of its first run.
   * @param input the submitted values. The result is returned again only for the same values.
   * @returns the result of `work`, or `null` if the form was submitted before and this input has no result in memory.
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
    // The caller handles the error. After an error, the user may submit the form again.
    result.catch(() => {
      this.results.delete(form);
      this.submitted.delete(form);
    });
    return result;
  }
}
