/** A change of data that may be cached. */
export interface Invalidation {
  /** The kind of data, with at most 16 characters. Each module defines a constant for its own data. */
  readonly subject: string;
  /** The id of the changed data, with at most 36 characters. */
  readonly id: string;
}

/** The source is `local` for transactions of this process, and `feed` for transactions of other processes. */
export type InvalidationSource = 'local' | 'feed';

export interface InvalidationListener {
  /** Drops these entries from the cache. Implementations must ignore unknown subjects. */
  invalidated(invalidations: readonly Invalidation[], source: InvalidationSource): void;
  /** Drops all entries from the cache, because anything may have changed. */
  everythingInvalidated(): void;
}
