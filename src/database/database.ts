import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AppError, unavailable } from '../common/errors/index.js';
import { SYSTEM, type Author, type CallerCheck } from './author.js';
import { appendToFeed } from './change-feed.entity.js';
import { Changes } from './changes.js';
import { CommitFailedError, Connections } from './connections.js';
import { isSqlite } from './dialect.js';
import { isUnavailable, retryDelayMs } from './driver-errors.js';
import { Transaction } from './transaction.js';

const OUTCOME_UNKNOWN =
  'The connection was lost while the change was being saved, so it may or may not have happened. ' +
  'Look before you try again; with an Idempotency-Key, creating a key can be tried again safely.';

/** Whether an error leaves open if the transaction was committed. */
export const isOutcomeUnknown = (error: unknown): boolean =>
  error instanceof AppError && error.cause instanceof CommitFailedError;

/** Every access to the database goes through here: reads as they are, writes as transactions. */
@Injectable()
export class Database {
  private callerCheck: CallerCheck | null = null;

  constructor(
    private readonly connections: Connections,
    private readonly changes: Changes,
  ) {}

  /** Has callers looked at again in every transaction that writes in their name. */
  checkCallersWith(check: CallerCheck): void {
    this.callerCheck = check;
  }

  /** Runs queries outside any transaction. Throws `unavailable` when the database is away or too slow. */
  async read<T>(query: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.connections.read(query);
    } catch (error) {
      throw translate(error);
    }
  }

  /**
   * Runs a unit of work in a transaction, again if it lost a race against another one (so the work must not
   * do anything outside the database), and makes its changes known after the commit. The first statement that
   * fails ends the transaction, also when the work catches its error.
   * @param by in whose name. A caller is looked at again before the work, as they may have lost their rights
   * since the call began.
   * @param alsoLocks ids of users whose rows the work locks besides the caller's.
   * Throws `unavailable` when the database is away, full, too slow, or keeps choosing others; and what the check of
   * callers throws.
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
    if (!check) throw new Error('Nobody has said how callers are checked');
    return async (transaction) => {
      await check(transaction, by, alsoLocks);
      return work(transaction);
    };
  }

  private async transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    let changes: Transaction['changes'] = [];
    try {
      const result = await this.connections.transact(async (manager) => {
        const transaction = new Transaction(manager);
        const done = await work(transaction);
        ({ changes } = transaction);
        if (changes.length > 0 && !isSqlite(manager.connection)) await appendToFeed(manager, changes);
        return done;
      });
      this.changes.committed(changes);
      return result;
    } catch (error) {
      if (!(error instanceof CommitFailedError)) throw error;
      this.changes.committed(changes);
      throw unavailable(error, OUTCOME_UNKNOWN);
    }
  }
}

function translate(error: unknown): unknown {
  if (error instanceof AppError) return error;
  return isUnavailable(error) ? unavailable(error) : error;
}
