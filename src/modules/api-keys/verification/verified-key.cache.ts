import { hash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const MAX_KEYS = 200_000;

/**
 * Remembers the verified secret of each key id in this process. The cache contains no secrets, only SHA-256 digests of
 * a key and a random value that exists only in memory. It knows nothing about the permissions of keys.
 */
@Injectable()
export class VerifiedKeyCache {
  private readonly secret = randomBytes(32).toString('hex');
  private readonly digests = new LRUCache<string, string>({ max: MAX_KEYS });

  /**
   * Returns the digest of a presented key. The digest never leaves the process, so a simple keyed hash is as good as an
   * HMAC and takes a quarter of the time. The time needed to compare two digests reveals nothing to a client, because
   * the client doesn't know the random value.
   */
  digest(presented: string): string {
    return hash('sha256', this.secret + presented, 'hex');
  }

  /** Returns whether the digest matches the verified secret of the id, or `null` if no secret of the id is verified. */
  check(id: string, digest: string): boolean | null {
    const verified = this.digests.get(id);
    return verified === undefined ? null : verified === digest;
  }

  /** Whether a secret for the id has been verified. */
  has(id: string): boolean {
    return this.digests.has(id);
  }

  /**
   * Whether exactly this key has been verified. This is a hot path, so the digest is calculated only if a secret of the
   * id has been verified.
   */
  holds(id: string, presented: string): boolean {
    const verified = this.digests.get(id);
    return verified !== undefined && verified === this.digest(presented);
  }

  /** Removes the entry of a key that no longer exists. */
  forget(id: string): void {
    this.digests.delete(id);
  }

  add(id: string, digest: string): void {
    this.digests.set(id, digest);
  }
}
