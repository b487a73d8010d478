import type { Principal } from '../common/access/index.js';
import type { Transaction } from './transaction.js';

/** The author of writes without a caller: background work, and whatever happens before authentication. */
export const SYSTEM: unique symbol = Symbol('system');

/** Who a transaction writes for. */
export type Author = Principal | typeof SYSTEM;

/**
 * Checks inside a transaction that the caller may still write, and throws when not. Locks the rows it checks until
 * the transaction ends.
 * @param users ids of further users that the transaction locks. The check locks them together with the caller, in
 * one order, so that transactions don't deadlock.
 */
export type CallerCheck = (
  transaction: Transaction,
  caller: Principal,
  users: readonly string[],
) => Promise<void>;
