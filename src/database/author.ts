import type { Principal } from '../common/access/index.js';
import type { Transaction } from './transaction.js';

/** The author of writes that have no caller: background work, and requests before authentication. */
export const SYSTEM: unique symbol = Symbol('system');

/** The caller of a transaction, or `SYSTEM`. */
export type Author = Principal | typeof SYSTEM;

/**
 * Checks in a transaction that the caller is still allowed to write, and throws if not. Locks the rows that it checks
 * until the transaction ends.
 * @param users ids of further users that the transaction will lock. The check locks them together with the caller, in
 * a fixed order, so that transactions don't deadlock.
 */
export type CallerCheck = (
  transaction: Transaction,
  caller: Principal,
  users: readonly string[],
) => Promise<void>;
