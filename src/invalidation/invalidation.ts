/** A change of data that may be cached. */
export interface Invalidation {
  /** The kind of data, at most 16 characters. Each module defines a constant for its own data. */
  readonly subject: string;
  /** At most 36 characters. */
  readonly id: string;
}

/** `local` for transactions of this process, `feed` for transactions of other processes. */
export type InvalidationSource = 'local' | 'feed';

export interface InvalidationListener {
  /** Drop these entries. Ignore unknown subjects. */
  invalidated(invalidations: readonly Invalidation[], source: InvalidationSource): void;
  /** Drop all entries, because anything may have changed. */
  everythingInvalidated(): void;
}
