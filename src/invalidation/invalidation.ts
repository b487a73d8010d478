/** Something that caches may hold has changed. */
export interface Invalidation {
  /** What kind of thing it is, up to 16 characters. Each module has a constant for its own. */
  readonly subject: string;
  /** Up to 36 characters. */
  readonly id: string;
}

/** `local` for a transaction of this process, `feed` for what another process committed. */
export type InvalidationSource = 'local' | 'feed';

export interface InvalidationListener {
  /** Forget these. Ignore subjects that you don't know. */
  invalidated(invalidations: readonly Invalidation[], source: InvalidationSource): void;
  /** Anything may have changed: forget everything. */
  everythingInvalidated(): void;
}
