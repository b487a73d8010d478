import type { Principal } from '../common/access/index.js';
import type { Transaction } from './transaction.js';

/** The author of writes without a caller. These are background work and requests before their authentication. */
export const SYSTEM: unique symbol = Symbol('system');

/** The author of a transaction, which is a caller or `SYSTEM`. */
export type Author = Principal | typeof SYSTEM;

/**
 * Checks inside a transaction that the caller may still write, and throws an error otherwise. Locks the rows that it
 * checks until the transaction ends.
 * @param users the ids of other users that the transaction will lock. The check locks them together with the caller in
 * a fixed order, so that transactions do not deadlock.
 */
export type CallerCheck = (
  transaction: Transaction,
  caller: Principal,
  users: readonly string[],
) => Promise<void>;
