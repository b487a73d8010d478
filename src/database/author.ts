import type { Principal } from '../common/access/index.js';
import type { Transaction } from './transaction.js';

/** Writes in nobody's name: what the process does by itself, and what comes before there is a caller. */
export const SYSTEM: unique symbol = Symbol('system');

/** In whose name a transaction writes. */
export type Author = Principal | typeof SYSTEM;

/**
 * Looks at a caller again inside a transaction and throws when they may no longer write. What it looked at
 * must not change until the transaction ends.
 * @param users ids of users that the transaction will lock too; locked here, in one order with the caller.
 */
export type CallerCheck = (
  transaction: Transaction,
  caller: Principal,
  users: readonly string[],
) => Promise<void>;
