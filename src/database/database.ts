// Traps: TypeORM has one SQLite connection, on which overlapping transactions share their fate, so writes
// queue there and reads have a connection of their own (WAL). mysql2 leaves a connection whose query timed
// out busy, so it is destroyed instead of going back to the pool.
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { AppError, unavailable } from '../common/errors/index.js';
import { SYSTEM, type Author, type CallerCheck } from './author.js';
import { appendToFeed } from './change-feed.entity.js';
import { Changes } from './changes.js';
import { isSqlite, isUnavailable, retryDelayMs } from './dialect.js';
import { Transaction } from './transaction.js';

/** The connection that reads; on MySQL the same pool as the writer's. */
export const READER = Symbol('reader');

const OUTCOME_UNKNOWN =
  'The connection was lost while the change was being saved, so it may or may not have happened. ' +
  'Look before you try again; with an Idempotency-Key, creating a key can be tried again safely.';

const ACQUIRE_TIMEOUT_MS = 1_000;

/** Whether the connection is of no use any more; after a lost race it is. */
const isBroken = (error: unknown): boolean => isUnavailable(error) && retryDelayMs(error, 1) === null;

/** Whether an error leaves open if the transaction was committed. */
export const isOutcomeUnknown = (error: unknown): boolean =>
  error instanceof AppError && error.message === OUTCOME_UNKNOWN;

/** Every access to the database goes through here: reads as they are, writes as transactions. */
@Injectable()
export class Database {
  private lastWrite: Promise<unknown> = Promise.resolve();
  private callerCheck: CallerCheck | null = null;

  constructor(
    private readonly writer: DataSource,
    @Inject(READER) private readonly reader: DataSource,
    private readonly changes: Changes,
  ) {}

  /** Has callers looked at again in every transaction that writes in their name. */
  checkCallersWith(check: CallerCheck): void {
    this.callerCheck = check;
  }

  /** Runs queries outside any transaction. Throws `unavailable` when the database is away or too slow. */
  async read<T>(query: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.withConnection(this.reader, (runner) => query(runner.manager));
    } catch (error) {
      throw this.translate(error);
    }
  }

  /**
   * Runs a unit of work in a transaction, again if it lost a race against another one (so the work must not
   * do anything outside the database), and makes its changes known after the commit.
   * @param by in whose name. A caller is looked at again before the work, as they may have lost their rights
   * since the call began.
   * @param alsoLocks ids of users whose rows the work locks besides the caller's.
   * Throws `unavailable` when the database is away, too slow, or keeps choosing others; and what the check of
   * callers throws.
   */
  async write<T>(
    by: Author,
    work: (transaction: Transaction) => Promise<T>,
    alsoLocks: readonly string[] = [],
  ): Promise<T> {
    const checked = this.afterCheck(by, work, alsoLocks);
    if (!isSqlite(this.writer)) return this.attempt(checked);
    const turn = this.lastWrite.then(() => this.attempt(checked));
    this.lastWrite = turn.catch(() => undefined);
    return turn;
  }

  /** A number that changes with every commit of another connection to the SQLite file. */
  async sqliteDataVersion(): Promise<number> {
    try {
      const [row] = await this.writer.query<{ data_version: number }[]>('PRAGMA data_version');
      return row!.data_version;
    } catch (error) {
      throw this.translate(error);
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

  private async attempt<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.transact(work);
      } catch (error) {
        const delayMs = retryDelayMs(error, attempt);
        if (delayMs === null) throw this.translate(error);
        await sleep(delayMs);
      }
    }
  }

  private transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.withConnection(this.writer, async (runner) => {
      const transaction = new Transaction(runner.manager);
      await runner.startTransaction(isSqlite(this.writer) ? undefined : 'READ COMMITTED');
      const result = await this.orRollBack(runner, async () => {
        const done = await work(transaction);
        const isShared = !isSqlite(this.writer) && transaction.changes.length > 0;
        if (isShared) await appendToFeed(runner.manager, transaction.changes);
        return done;
      });
      await this.commit(runner, transaction);
      return result;
    });
  }

  private async commit(runner: QueryRunner, transaction: Transaction): Promise<void> {
    try {
      await this.orRollBack(runner, () => runner.commitTransaction());
    } catch (error) {
      if (!isBroken(error)) throw error;
      this.changes.committed(transaction.changes);
      throw unavailable(error, OUTCOME_UNKNOWN);
    }
    this.changes.committed(transaction.changes);
  }

  private async orRollBack<T>(runner: QueryRunner, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      // On a broken connection there is nobody to tell: the database undoes the transaction by itself.
      if (!isBroken(error) || isSqlite(this.writer)) await runner.rollbackTransaction();
      throw error;
    }
  }

  /** A connection that failed or hangs must not serve anybody else, so it does not go back to the pool. */
  private async withConnection<T>(
    dataSource: DataSource,
    work: (runner: QueryRunner) => Promise<T>,
  ): Promise<T> {
    const runner = dataSource.createQueryRunner();
    const connection = isSqlite(dataSource) ? null : await this.acquire(runner);
    try {
      return await work(runner);
    } catch (error) {
      const cause = error instanceof AppError ? error.cause : error;
      if (connection && isBroken(cause)) connection.destroy();
      throw error;
    } finally {
      await runner.release();
    }
  }

  /** Waiting for a connection has no end by itself either: the pool's queue may be long. */
  private async acquire(runner: QueryRunner): Promise<{ destroy(): void }> {
    const connecting = runner.connect() as Promise<{ destroy(): void }>;
    const timer = new AbortController();
    const tooLate = sleep(ACQUIRE_TIMEOUT_MS, null, { signal: timer.signal, ref: false });
    try {
      const connection = await Promise.race([connecting, tooLate]);
      if (connection) return connection;
      // One that comes after all goes back at once.
      connecting.then(
        () => runner.release(),
        () => undefined,
      );
      throw unavailable(new Error('No connection became free in time'));
    } finally {
      tooLate.catch(() => undefined);
      timer.abort();
    }
  }

  private translate(error: unknown): unknown {
    if (error instanceof AppError) return error;
    return isUnavailable(error) ? unavailable(error) : error;
  }
}
