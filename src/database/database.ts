import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AppError, unavailable } from '../common/errors/index.js';
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
  constructor(
    private readonly connections: Connections,
    private readonly changes: Changes,
  ) {}

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
   * Throws `unavailable` when the database is away, full, too slow, or keeps choosing others.
   */
  async write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.transact(work);
      } catch (error) {
        const delayMs = retryDelayMs(error, attempt);
        if (delayMs === null) throw translate(error);
        await sleep(delayMs);
      }
    }
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
