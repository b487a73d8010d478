import { Injectable } from '@nestjs/common';
import { unavailable } from '../../common/errors/index.js';
import { BcryptQueue, type HashSubject } from '../hashing/index.js';
import { idInside, parseApiKey } from './api-key-format.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ProofCache } from './proof-cache.js';

/** How many calls may wait for the comparison of another secret of the same id. */
const MAX_WAITING = 32;

interface Comparison {
  readonly digest: string;
  readonly outcome: Promise<boolean>;
  waiting: number;
}

/**
 * Finds out whether a presented key is genuine, which bcrypt makes dear, and remembers it: the first call
 * with a key costs one comparison, however many arrive at once; later ones cost one fast hash. While a key is
 * remembered, no other secret for its id costs a comparison. See architecture in the README.
 */
@Injectable()
export class ApiKeyProver {
  private readonly comparisons = new Map<string, Comparison>();

  constructor(
    private readonly proofs: ProofCache,
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
      if (!comparison) break;
      if (comparison.digest === digest) return (await comparison.outcome) ? id : null;
      await this.waitFor(comparison);
    }
    return (await this.compareOnce(id, digest, presented, by)) ? id : null;
  }

  private async waitFor(comparison: Comparison): Promise<void> {
    if (comparison.waiting >= MAX_WAITING) throw unavailable(new Error('Too many secrets for one id'));
    comparison.waiting++;
    await comparison.outcome.catch(() => false);
  }

  private compareOnce(id: string, digest: string, presented: string, by: HashSubject): Promise<boolean> {
    const outcome = this.compare(id, digest, presented, by).finally(() => this.comparisons.delete(id));
    this.comparisons.set(id, { digest, outcome, waiting: 0 });
    return outcome;
  }

  private async compare(id: string, digest: string, presented: string, by: HashSubject): Promise<boolean> {
    const hash = await this.repository.findHash(id);
    if (hash === null || !(await this.bcrypt.compare(presented, hash, 'verification', by))) return false;
    this.proofs.add(id, digest);
    return true;
  }
}
