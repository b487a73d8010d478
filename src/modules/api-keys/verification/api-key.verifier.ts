import { Injectable } from '@nestjs/common';
import { unavailable, type AppError } from '../../../common/errors/index.js';
import { BcryptQueue, FairQueue, queuePathOf, type HashSubject } from '../../hashing/index.js';
import { idInside, parseApiKey } from './api-key-format.js';
import { ApiKeysRepository } from '../api-keys.repository.js';
import { VerifiedKeyCache } from './verified-key.cache.js';

/** How many calls may wait for the comparison of another secret of the same id. */
const MAX_WAITING = 32;

interface Comparison {
  readonly digest: string;
  readonly outcome: Promise<boolean>;
}

interface Waiting {
  readonly resume: () => void;
  readonly refuse: (error: AppError) => void;
}

/**
 * Finds out whether a presented key is genuine, which bcrypt makes dear, and remembers it: the first call
 * with a key costs one comparison, however many arrive at once; later ones cost one fast hash. While a key is
 * remembered, no other secret for its id costs a comparison. See architecture in the README.
 */
@Injectable()
export class ApiKeyVerifier {
  private readonly comparisons = new Map<string, Comparison>();
  /** Those who wait for the comparison of another secret of the same id. */
  private readonly lines = new Map<string, FairQueue<Waiting>>();

  constructor(
    private readonly proofs: VerifiedKeyCache,
    private readonly repository: ApiKeysRepository,
    private readonly bcrypt: BcryptQueue,
  ) {}

  /** The id of a key that this process already knows to be genuine, or `null`. Costs no query. */
  recognise(presented: string): string | null {
    const id = idInside(presented);
    return this.proofs.isProven(id, presented) ? id : null;
  }

  /** Whether a comparison of this very key is under way. */
  isProving(presented: string): boolean {
    const comparison = this.comparisons.get(idInside(presented));
    return comparison !== undefined && comparison.digest === this.proofs.digest(presented);
  }

  /**
   * The id of a genuine key, or `null` for bad shape or checksum, unknown id and wrong secret.
   * @param by whose turn a comparison takes: never the owner's, as anybody may name an id.
   * Throws `unavailable` when too many comparisons wait or the database is away.
   */
  async prove(presented: string, by: HashSubject): Promise<string | null> {
    const parsed = parseApiKey(presented);
    if (!parsed) return null;
    const { id } = parsed;
    const digest = this.proofs.digest(presented);
    for (;;) {
      const known = this.proofs.check(id, digest);
      if (known !== null) return known ? id : null;
      const comparison = this.comparisons.get(id);
      if (!comparison) return (await this.compareOnce(id, digest, presented, by)) ? id : null;
      if (comparison.digest === digest) return (await comparison.outcome) ? id : null;
      await this.waitForTurn(id, by);
    }
  }

  /** Secrets of one id take turns by whose they are, so that a guesser does not keep the right one out. */
  private waitForTurn(id: string, by: HashSubject): Promise<void> {
    const line = this.lines.get(id) ?? new FairQueue<Waiting>();
    this.lines.set(id, line);
    return new Promise((resume, refuse) => {
      line.push(queuePathOf(by), { resume, refuse });
      if (line.size > MAX_WAITING)
        line.dropFromLargest().refuse(unavailable(new Error('Too many secrets for one id')));
    });
  }

  private compareOnce(id: string, digest: string, presented: string, by: HashSubject): Promise<boolean> {
    const outcome = this.compare(id, digest, presented, by).finally(() => {
      this.comparisons.delete(id);
      this.resumeNext(id);
    });
    this.comparisons.set(id, { digest, outcome });
    return outcome;
  }

  /** Whoever goes on compares and lets the next go on, unless there is a proof, which needs no comparison. */
  private resumeNext(id: string): void {
    const line = this.lines.get(id);
    if (!line) return;
    do line.shift()!.resume();
    while (line.size > 0 && this.proofs.has(id));
    if (line.size === 0) this.lines.delete(id);
  }

  private async compare(id: string, digest: string, presented: string, by: HashSubject): Promise<boolean> {
    const hash = await this.repository.findHash(id);
    if (hash === null || !(await this.bcrypt.compare(presented, hash, 'verification', by))) return false;
    this.proofs.add(id, digest);
    return true;
  }
}
