import { hash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const MAX_PROOFS = 200_000;

/**
 * Remembers, for this process only, which secret was proven right for which key id. It holds no secrets, only
 * SHA-256 digests under a key that dies with the process, and says nothing of what a key may do.
 */
@Injectable()
export class VerifiedKeyCache {
  private readonly secret = randomBytes(32).toString('hex');
  private readonly proofs = new LRUCache<string, string>({ max: MAX_PROOFS });

  /**
   * What stands for a presented key in this process. It never leaves it, so a plain keyed hash serves as
   * well as an HMAC at a quarter of the cost, and comparing two of them tells a caller nothing by its time.
   */
  digest(presented: string): string {
    return hash('sha256', this.secret + presented, 'hex');
  }

  /** Whether this is the secret of the id: yes, no, or `null` while none was proven. */
  check(id: string, digest: string): boolean | null {
    const proof = this.proofs.get(id);
    return proof === undefined ? null : proof === digest;
  }

  /** Whether a secret of the id was proven. */
  has(id: string): boolean {
    return this.proofs.has(id);
  }

  /** Whether this very key was proven. What has no proof costs no digest either. */
  isProven(id: string, presented: string): boolean {
    const proof = this.proofs.get(id);
    return proof !== undefined && proof === this.digest(presented);
  }

  /** There is no such key any more. */
  forget(id: string): void {
    this.proofs.delete(id);
  }

  add(id: string, digest: string): void {
    this.proofs.set(id, digest);
  }
}
