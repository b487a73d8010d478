import type { EntityManager } from 'typeorm';
import type { Change } from './changes.js';

/** One attempt at a unit of work: what it reads and writes through, and whom it changes. */
export class Transaction {
  readonly changes: Change[] = [];

  constructor(readonly manager: EntityManager) {}

  /** Makes every cache forget the subject once the transaction is committed. */
  announce(change: Change): void {
    this.changes.push(change);
  }
}
