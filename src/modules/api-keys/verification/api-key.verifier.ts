import { Injectable } from '@nestjs/common';
import { unavailable, type AppError } from '../../../common/errors/index.js';
import { BcryptQueue, FairQueue, queuePathOf } from '../../hashing/index.js';
import { CREDENTIAL_NOT_FOUND } from '../api-keys.errors.js';
import { ApiKeysRepository } from '../api-keys.repository.js';
import { idInside, parseApiKey } from './api-key-format.js';
import { VerifiedKeyCache } from './verified-key.cache.js';

/** How many requests may wait for the comparison of another secret of the same id. */
const MAX_WAITING = 32;

/** An admitted attempt with an unverified key. It is pending until one of the two is called. */
export interface KeyAttempt {
  /** Counts it as failed. @returns the headers that tell what is left. */
  fail(): Readonly<Record<string, string>>;
  /** Undoes it: the key was right, or could not be judged. */
  giveBack(): void;
}

/** Limits how often somebody may present a key that turns out to be wrong. */
export interface KeyAdmission {
  /** The networks whose turn a comparison takes, narrowest first. Never the owner's turn, as anybody may name an id. */
  readonly networks: readonly string[];
  /** Whether the client still waits for a response. */
  isAwaited(): boolean;
  /** Throws `too_many_failed_attempts` when failed attempts alone have reached the limit. Counts nothing. */
  assertOpen(): void;
  /** Waits for a turn. @returns `null` when the attempt is no longer needed once its turn comes. */
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
 * Verifies presented keys. bcrypt makes that expensive, so results are remembered: the first request with a key
 * costs one comparison, however many arrive at once, and later ones cost one fast hash. While a key is remembered,
 * another secret for its id costs no comparison.
 */
@Injectable()
export class ApiKeyVerifier {
  /** The pending comparison of each id. */
  private readonly comparisons = new Map<string, Comparison>();
  /** Requests that wait while another secret of the same id is compared. */
  private readonly lines = new Map<string, FairQueue<Waiting>>();

  constructor(
    private readonly verified: VerifiedKeyCache,
    private readonly repository: ApiKeysRepository,
    private readonly bcrypt: BcryptQueue,
  ) {}

  /** The id of a key that this process has verified, or `null`. Needs no query and no promise. */
  verifiedId(presented: string): string | null {
    const id = idInside(presented);
    return this.verified.holds(id, presented) ? id : null;
  }

  /**
   * The id of a presented key. A wrong key counts as one failed attempt; a right one counts nothing.
   * Throws `api_key_not_found` for bad shape or checksum, unknown id and wrong secret, what `admission` throws, and
   * `unavailable` when too many comparisons wait, the database is away or the client has hung up.
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

  /** Waits for the pending comparison of the same key, which took an attempt already. */
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

  /** Counts a failed attempt without a comparison, when its turn comes. @returns the error for the client. */
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

  /** Lets the secrets of one id take turns by network, so that a guesser does not keep the right one out. */
  private waitForTurn(id: string, networks: readonly string[]): Promise<void> {
    const line = this.lines.get(id) ?? new FairQueue<Waiting>();
    this.lines.set(id, line);
    return new Promise((resume, refuse) => {
      line.push(queuePathOf({ networks }), { resume, refuse });
      if (line.size > MAX_WAITING)
        line.dropFromLargest().refuse(unavailable(new Error('Too many secrets for one id')));
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

  /** Resumes one request, which compares and resumes the next; or all of them when no comparison is needed now. */
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

const hungUp = () => unavailable(new Error('The client hung up while waiting for a turn'));
