import type { Principal } from '../common/access/index.js';
import type { Transaction } from './transaction.js';

/**
 * The author of writes without an authenticated caller: background work, commands, and requests like sign-in that have
 * no caller yet.
 */
export const SYSTEM_AUTHOR: unique symbol = Symbol('system');

/** The author of a transaction: the caller of a request, or `SYSTEM_AUTHOR`. */
export type Author = Principal | typeof SYSTEM_AUTHOR;

/**
 * Checks inside a transaction whether the caller may still write. Throws an error if not. Locks the rows that it checks
 * until the transaction ends.
 * @param users the ids of other users whose rows the transaction will lock. The check locks all these rows and the
 * caller's row in a fixed order, so that transactions do not deadlock.
 */
export type CallerCheck = (
  transaction: Transaction,
  caller: Principal,
  users: readonly string[],
) => Promise<void>;
