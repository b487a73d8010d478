/** A change to data that may be cached. */
export interface Invalidation {
  /** The kind of data, with at most 16 characters. Each module defines a constant for its own data. */
  readonly subject: string;
  /** The id of the changed data, with at most 36 characters. */
  readonly id: string;
}

/**
 * The origin of an invalidation: `local` means a transaction of this process, and `feed` means one of another process.
 */
export type InvalidationSource = 'local' | 'feed';

export interface InvalidationListener {
  /** Drops these entries from the cache. Implementations must ignore unknown subjects. */
  invalidated(invalidations: readonly Invalidation[], source: InvalidationSource): void;
  /** Drops all entries from the cache, because anything may have changed. */
  everythingInvalidated(): void;
}
