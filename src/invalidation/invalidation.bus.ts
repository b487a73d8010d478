import { Injectable, Logger } from '@nestjs/common';
import { dialectOf, type Transaction } from '../database/index.js';
import { InvalidationFeedRepository } from './invalidation-feed.repository.js';
import type { Invalidation, InvalidationListener, InvalidationSource } from './invalidation.js';

/**
 * Tells caches what to forget. Local changes reach them right after the commit, changes of other instances when
 * `InvalidationFeed` reads them.
 */
@Injectable()
export class InvalidationBus {
  private readonly logger = new Logger(InvalidationBus.name);
  private readonly listeners: InvalidationListener[] = [];
  private readonly pending = new WeakMap<Transaction, Invalidation[]>();

  constructor(private readonly feed: InvalidationFeedRepository) {}

  subscribe(listener: InvalidationListener): void {
    this.listeners.push(listener);
  }

  /** Makes every cache on every instance forget the subject once the transaction is committed. */
  invalidate(transaction: Transaction, subject: string, id: string): void {
    const pending = this.pending.get(transaction) ?? this.begin(transaction);
    pending.push({ subject, id });
  }

  publish(invalidations: readonly Invalidation[], source: InvalidationSource): void {
    this.tell((listener) => listener.invalidated(invalidations, source));
  }

  publishEverything(): void {
    this.tell((listener) => listener.everythingInvalidated());
  }

  private begin(transaction: Transaction): Invalidation[] {
    const pending: Invalidation[] = [];
    this.pending.set(transaction, pending);
    if (dialectOf(transaction.manager).allowsSeveralServers)
      transaction.beforeCommit(() => this.feed.append(transaction, pending));
    transaction.afterCommit(() => this.publish(pending, 'local'));
    return pending;
  }

  /** A listener that fails must not keep the others from forgetting. */
  private tell(how: (listener: InvalidationListener) => void): void {
    for (const listener of this.listeners) {
      try {
        how(listener);
      } catch (error) {
        this.logger.error('A cache failed to forget what has changed', error);
      }
    }
  }
}
