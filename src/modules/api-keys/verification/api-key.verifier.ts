import { Injectable } from '@nestjs/common';
import { unavailable, type AppError } from '../../../common/errors/index.js';
import { BcryptQueue, FairQueue, queuePathOf } from '../../hashing/index.js';
import { CREDENTIAL_NOT_FOUND } from '../api-keys.errors.js';
import { ApiKeysRepository } from '../api-keys.repository.js';
import { extractKeyId, parseApiKey } from '../../../common/text/api-key-format.js';
import { VerifiedKeyCache } from './verified-key.cache.js';

/** The maximum number of requests that wait while another secret for the same id is compared. */
const MAX_WAITING = 32;

/** An admitted attempt with an unverified key. It stays pending until `fail` or `giveBack` is called. */
export interface KeyAttempt {
  /**
   * Counts the attempt as failed.
   * @returns the rate limit headers, which contain the number of attempts left.
   */
  fail(): Readonly<Record<string, string>>;
  /** Ends the attempt without counting it, because the key was right or could not be checked. */
  giveBack(): void;
}

/** Limits how often a client may present wrong keys. */
export interface KeyAdmission {
  /**
   * The networks of the client's address, narrowest first. Comparisons take turns by network. They don't take turns by
   * the key's owner, because anybody can present a key with the owner's key id.
   */
  readonly networks: readonly string[];
  /** Whether the client is still waiting for a response. */
  isAwaited(): boolean;
  /**
   * Throws `too_many_failed_attempts` if the client has reached its limit of failed attempts, not counting pending ones.
   * A call isn't itself counted as an attempt.
   */
  assertOpen(): void;
  /**
   * Waits until an attempt may start.
   * @param isNeeded returns whether the waiting attempt is still needed.
   * @returns `null` if the attempt is no longer needed when its turn comes.
   */
  admit(isNeeded: () => boolean): Promise<KeyAttempt | null>;
}

interface Presented {
  readonly key: string;
  readonly id: string;
  readonly digest: string;
}

interface Comparison {
  readonly digest: string;
  readonly outcome: Promise<boolean>;
}

interface Waiting {
  readonly resume: () => void;
  readonly refuse: (error: AppError) => void;
}

/**
 * Verifies presented keys. A bcrypt comparison is expensive, so this class remembers the verified secrets. The first
 * requests with a key share one comparison, and each later request needs only a fast hash. While the verified secret of
 * an id is remembered, other secrets for this id are rejected without a comparison.
 */
@Injectable()
export class ApiKeyVerifier {
  /** The pending comparison for each id. */
  private readonly comparisons = new Map<string, Comparison>();
  /** The requests for each id that wait while another secret for the id is compared. */
  private readonly lines = new Map<string, FairQueue<Waiting>>();

  constructor(
    private readonly verified: VerifiedKeyCache,
    private readonly repository: ApiKeysRepository,
    private readonly bcrypt: BcryptQueue,
  ) {}

  /**
   * Returns the id of the presented key if this process has already verified the key. Otherwise returns `null`. This
   * needs no query and no promise.
   */
  verifiedId(presented: string): string | null {
    const id = extractKeyId(presented);
    return this.verified.holds(id, presented) ? id : null;
  }

  /**
   * Verifies a presented key and returns its id. Only an invalid key counts as a failed attempt.
   * @throws `api_key_not_found`, any error that `admission` throws, or `unavailable` if too many comparisons are queued,
   * the database is unavailable or the client has disconnected.
   */
  async verify(key: string, admission: KeyAdmission): Promise<string> {
    const parsed = parseApiKey(key);
    if (!parsed) throw await this.failedAttempt(admission);
    const presented = { key, id: parsed.id, digest: this.verified.digest(key) };
    if (this.isVerified(presented)) return presented.id;
    return this.comparisons.get(presented.id)?.digest === presented.digest
      ? this.join(presented, admission)
      : this.attempt(presented, admission);
  }

  private isVerified({ id, digest }: Presented): boolean {
    return this.verified.check(id, digest) === true;
  }

  /**
   * Waits for the pending comparison of the same key. Another request with the key was already admitted for this
   * comparison.
   */
  private async join(presented: Presented, admission: KeyAdmission): Promise<string> {
    admission.assertOpen();
    if (await this.isRight(presented, admission.networks)) return presented.id;
    throw await this.failedAttempt(admission);
  }

  private async attempt(presented: Presented, admission: KeyAdmission): Promise<string> {
    const attempt = await admission.admit(() => admission.isAwaited() && !this.isVerified(presented));
    if (!attempt) {
      if (this.isVerified(presented)) return presented.id;
      throw hungUp();
    }
    const isRight = await this.isRight(presented, admission.networks).catch((error: unknown) => {
      attempt.giveBack();
      throw error;
    });
    if (!isRight) throw CREDENTIAL_NOT_FOUND.create({ headers: attempt.fail() });
    attempt.giveBack();
    return presented.id;
  }

  /**
   * Waits until an attempt may start, and counts it as failed without a comparison.
   * @returns the error for the client.
   */
  private async failedAttempt(admission: KeyAdmission): Promise<AppError> {
    const attempt = await admission.admit(() => admission.isAwaited());
    return attempt ? CREDENTIAL_NOT_FOUND.create({ headers: attempt.fail() }) : hungUp();
  }

  private async isRight(presented: Presented, networks: readonly string[]): Promise<boolean> {
    const { id, digest } = presented;
    for (;;) {
      const known = this.verified.check(id, digest);
      if (known !== null) return known;
      const comparison = this.comparisons.get(id);
      if (!comparison) return this.compareOnce(presented, networks);
      if (comparison.digest === digest) return comparison.outcome;
      await this.waitForTurn(id, networks);
    }
  }

  /**
   * Waits until this request may compare a secret for the id. Networks take turns, so that an attacker can't block the
   * right secret.
   */
  private waitForTurn(id: string, networks: readonly string[]): Promise<void> {
    const line = this.lines.get(id) ?? new FairQueue<Waiting>();
    this.lines.set(id, line);
    return new Promise((resume, refuse) => {
      line.push(queuePathOf({ networks }), { resume, refuse });
      if (line.size > MAX_WAITING)
        line.dropFromLargest().refuse(unavailable(new Error('Too many secrets for one key are waiting')));
    });
  }

  private compareOnce(presented: Presented, networks: readonly string[]): Promise<boolean> {
    const { id, digest } = presented;
    const outcome = this.compare(presented, networks).finally(() => {
      this.comparisons.delete(id);
      this.resumeNext(id);
    });
    this.comparisons.set(id, { digest, outcome });
    return outcome;
  }

  /**
   * Wakes the next waiting request, which runs its own comparison and then wakes the one after it. If a secret for the
   * id has been verified, wakes all of them, because no further comparison is needed.
   */
  private resumeNext(id: string): void {
    const line = this.lines.get(id);
    if (!line) return;
    do line.shift()!.resume();
    while (line.size > 0 && this.verified.has(id));
    if (line.size === 0) this.lines.delete(id);
  }

  private async compare({ id, digest, key }: Presented, networks: readonly string[]): Promise<boolean> {
    const hash = await this.repository.findHash(id);
    if (hash === null || !(await this.bcrypt.compare(key, hash, 'verification', { networks }))) return false;
    this.verified.add(id, digest);
    return true;
  }
}

const hungUp = () => unavailable(new Error('The client disconnected while waiting for its turn'));
