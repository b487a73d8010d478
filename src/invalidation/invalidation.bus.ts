import { Injectable, Logger } from '@nestjs/common';
import { dialectOf, type Transaction } from '../database/index.js';
import { InvalidationFeedRepository } from './invalidation-feed.repository.js';
import type { Invalidation, InvalidationListener, InvalidationSource } from './invalidation.js';

/**
 * Tells caches which entries to drop. It reports local changes right after the commit, and changes on other instances
 * when `InvalidationFeedReader` reads them.
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

  /** Makes the caches of all instances drop the entry with this subject and id after the transaction has committed. */
  invalidate(transaction: Transaction, subject: string, id: string): void {
    const pending = this.pending.get(transaction) ?? this.begin(transaction);
    pending.push({ subject, id });
  }

  publish(invalidations: readonly Invalidation[], source: InvalidationSource): void {
    this.notify((listener) => listener.invalidated(invalidations, source));
  }

  publishEverything(): void {
    this.notify((listener) => listener.everythingInvalidated());
  }

  private begin(transaction: Transaction): Invalidation[] {
    const pending: Invalidation[] = [];
    this.pending.set(transaction, pending);
    if (dialectOf(transaction.manager).allowsSeveralServers)
      transaction.beforeCommit(() => this.feed.append(transaction, pending));
    transaction.afterCommit(() => this.publish(pending, 'local'));
    return pending;
  }

  /** Calls all listeners. If one of them fails, logs the error and continues with the others. */
  private notify(call: (listener: InvalidationListener) => void): void {
    for (const listener of this.listeners) {
      try {
        call(listener);
      } catch (error) {
        this.logger.error('A cache failed to process an invalidation', error);
      }
    }
  }
}
