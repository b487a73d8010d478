import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AppError, unavailable } from '../common/errors/index.js';
import { SYSTEM_AUTHOR, type Author, type CallerCheck } from './author.js';
import { Connections } from './connections.js';
import { OutcomeUnknownError } from './database.errors.js';
import { isUnavailable, retryDelayMs } from './driver-errors/driver-errors.js';
import { TransactionHooks } from './transaction-hooks.js';
import { Transaction } from './transaction.js';

/** Runs all reads and writes. Every write runs in a transaction. */
@Injectable()
export class Database {
  private callerCheck: CallerCheck | null = null;

  constructor(private readonly connections: Connections) {}

  /** Sets the check that runs at the beginning of every transaction whose author is a caller. */
  setCallerCheck(check: CallerCheck): void {
    this.callerCheck = check;
  }

  /** Runs queries without a transaction. Throws `unavailable` if the database is unreachable or too slow. */
  async read<T>(query: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.connections.read(query);
    } catch (error) {
      throw translate(error);
    }
  }

  /**
   * Returns a number that changes whenever another process commits to the SQLite file. Returns `null` on MySQL. Throws
   * `unavailable` if the SQLite file can't be used.
   */
  dataVersion(): number | null {
    return this.connections.dataVersion();
  }

  /**
   * Runs the work in a transaction and returns its result. After a conflict with another transaction, the work runs
   * again, so it must not have effects outside the database. Use the hooks of the transaction for these effects. The
   * first failed statement ends the transaction, even if the work catches the error.
   * @param by the author. If this is a caller, the caller check runs before the work, because the caller may have lost
   * permissions since the request began.
   * @param alsoLocks the ids of other users whose rows the work locks in addition to the caller's row.
   * @throws any error that the caller check throws.
   * @throws `unavailable` if the database is unreachable, full, too slow, or busy with other transactions.
   * @throws `OutcomeUnknownError` if it isn't known whether the transaction was committed.
   */
  async write<T>(
    by: Author,
    work: (transaction: Transaction) => Promise<T>,
    alsoLocks: readonly string[] = [],
  ): Promise<T> {
    const checkedWork = this.withCallerCheck(by, work, alsoLocks);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.transact(checkedWork);
      } catch (error) {
        if (error instanceof OutcomeUnknownError) throw error;
        const delayMs = retryDelayMs(error, attempt);
        if (delayMs === null) throw translate(error);
        await sleep(delayMs);
      }
    }
  }

  private withCallerCheck<T>(
    by: Author,
    work: (transaction: Transaction) => Promise<T>,
    alsoLocks: readonly string[],
  ): (transaction: Transaction) => Promise<T> {
    if (by === SYSTEM_AUTHOR) return work;
    const check = this.callerCheck;
    if (!check) throw new Error('No caller check is set');
    return async (transaction) => {
      await check(transaction, by, alsoLocks);
      return work(transaction);
    };
  }

  private async transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const hooks = new TransactionHooks();
    try {
      const result = await this.connections.transact(async (manager) => {
        const result = await work(new Transaction(manager, hooks));
        await hooks.runBeforeCommit();
        return result;
      });
      hooks.runAfterCommit();
      return result;
    } catch (error) {
      if (error instanceof OutcomeUnknownError) hooks.runAfterCommit();
      throw error;
    }
  }
}

function translate(error: unknown): unknown {
  if (error instanceof AppError) return error;
  return isUnavailable(error) ? unavailable(error) : error;
}
