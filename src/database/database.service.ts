import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AppError, unavailable } from '../common/errors/index.js';
import { SYSTEM, type Author, type CallerCheck } from './author.js';
import { Connections } from './connections.js';
import { OutcomeUnknownError } from './database.errors.js';
import { isUnavailable, retryDelayMs } from './driver-errors/driver-errors.js';
import { TransactionHooks } from './transaction-hooks.js';
import { Transaction } from './transaction.js';

/** Every access to the database goes through here: reads as they are, writes as transactions. */
@Injectable()
export class Database {
  private callerCheck: CallerCheck | null = null;

  constructor(private readonly connections: Connections) {}

  /** Sets the check that every transaction of a caller begins with. */
  checkCallersWith(check: CallerCheck): void {
    this.callerCheck = check;
  }

  /** Runs queries outside any transaction. Throws `unavailable` when the database is unreachable or too slow. */
  async read<T>(query: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.connections.read(query);
    } catch (error) {
      throw translate(error);
    }
  }

  /**
   * On SQLite a number that changes with every commit of another process, `null` elsewhere. Throws `unavailable`.
   */
  dataVersion(): number | null {
    return this.connections.dataVersion();
  }

  /**
   * Runs a unit of work in a transaction. The work runs again when it lost a race against another transaction, so it
   * must not do anything outside the database; hooks of the transaction are for that. The first statement that fails
   * ends the transaction, even if the work catches the error.
   * @param by in whose name. A caller is checked again first, because they may have lost their rights since the
   * request began.
   * @param alsoLocks ids of users whose rows the work locks besides the caller's.
   * Throws what the check of callers throws; `unavailable` when the database is unreachable, full, too slow, or busy
   * with other transactions; and `OutcomeUnknownError` when nobody knows whether the commit happened.
   */
  async write<T>(
    by: Author,
    work: (transaction: Transaction) => Promise<T>,
    alsoLocks: readonly string[] = [],
  ): Promise<T> {
    const checked = this.afterCheck(by, work, alsoLocks);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.transact(checked);
      } catch (error) {
        if (error instanceof OutcomeUnknownError) throw error;
        const delayMs = retryDelayMs(error, attempt);
        if (delayMs === null) throw translate(error);
        await sleep(delayMs);
      }
    }
  }

  private afterCheck<T>(
    by: Author,
    work: (transaction: Transaction) => Promise<T>,
    alsoLocks: readonly string[],
  ): (transaction: Transaction) => Promise<T> {
    if (by === SYSTEM) return work;
    const check = this.callerCheck;
    if (!check) throw new Error('No check of callers is set');
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
