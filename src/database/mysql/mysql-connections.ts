// Caution: after a query timeout, mysql2 keeps the connection busy. The connection must then be destroyed instead of
// returned to the pool.
// Caution: a firewall may silently drop an idle connection. A query on such a connection would never end.
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Clock } from '../../common/clock.js';
import { unavailable } from '../../common/errors/index.js';
import { Connections } from '../connections.js';
import { runTransaction } from '../transaction.js';
import {
  isConnectionLost,
  isReadOnlyError,
  isUnavailable,
  retryDelayMs,
} from '../driver-errors/driver-errors.js';

/** The maximum time to wait for a free connection. The pool itself would wait forever. */
const ACQUIRE_TIMEOUT_MS = 1_000;
/** A connection that was idle for longer than this is tested with a ping before it is used. */
const MAX_IDLE_WITHOUT_PING_MS = 1_000;
const PING_TIMEOUT_MS = 250;

/** The part of mysql2's `PoolConnection` that this file uses. */
interface PooledConnection {
  ping(done: (error?: Error | null) => void): void;
  destroy(): void;
}

/** A connection that was taken from the pool, and its query runner. */
interface Lease {
  readonly runner: QueryRunner;
  readonly connection: PooledConnection;
}

/** The connections to a MySQL or MariaDB server, which form a pool. */
export class MysqlConnections extends Connections {
  /** The time on the monotonic clock (in ms) at which each connection was returned to the pool. */
  private readonly returnedAtMs = new WeakMap<PooledConnection, number>();
  /**
   * Connections that were returned to the pool at or before this time (in ms) are discarded, because one of them turned
   * out to be dead.
   */
  private distrustedUntilMs = -1;

  constructor(
    private readonly pool: DataSource,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Runs the query. If the connection is lost, runs the query once more on another connection. */
  async read<T>(query: (manager: EntityManager) => Promise<T>): Promise<T> {
    const once = () => this.use(({ manager }) => query(manager));
    try {
      return await once();
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      return once();
    }
  }

  transact<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.use((runner) => runTransaction(runner, work, isOutcomeUnknown));
  }

  dataVersion(): null {
    return null;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async use<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const lease = await this.acquire();
    try {
      const result = await work(lease.runner);
      await this.giveBack(lease);
      return result;
    } catch (error) {
      const isStateUnknown = lease.runner.isTransactionActive || isConnectionLost(error);
      // A read-only error can mean a failover. In that case, only a new connection reaches the new primary server.
      if (isStateUnknown || isReadOnlyError(error)) await this.discard(lease);
      else await this.giveBack(lease);
      throw error;
    }
  }

  /** Takes a working connection from the pool. Throws `unavailable` if none becomes free in time. */
  private async acquire(): Promise<Lease> {
    for (;;) {
      const lease = await this.takeFromPool();
      if (await this.isAlive(lease.connection)) return lease;
      await this.discard(lease);
    }
  }

  private async takeFromPool(): Promise<Lease> {
    const runner = this.pool.createQueryRunner();
    const connecting = runner.connect() as Promise<PooledConnection>;
    const timer = new AbortController();
    const timeout = sleep(ACQUIRE_TIMEOUT_MS, null, { signal: timer.signal, ref: false });
    timeout.catch(() => undefined);
    try {
      const connection = await Promise.race([connecting, timeout]);
      if (connection) return { runner, connection };
    } catch (error) {
      throw unavailable(error);
    } finally {
      timer.abort();
    }
    // If the pool provides the connection after the timeout, return it to the pool.
    connecting.then(
      (connection) => this.giveBack({ runner, connection }),
      () => undefined,
    );
    throw unavailable(new Error('No database connection became available in time'));
  }

  private async isAlive(connection: PooledConnection): Promise<boolean> {
    const returnedAtMs = this.returnedAtMs.get(connection);
    // A connection that has never been returned to the pool is new.
    if (returnedAtMs === undefined) return true;
    if (returnedAtMs <= this.distrustedUntilMs) return false;
    if (this.clock.monotonicMs() - returnedAtMs <= MAX_IDLE_WITHOUT_PING_MS) return true;
    return respondsToPing(connection);
  }

  private async giveBack({ runner, connection }: Lease): Promise<void> {
    this.returnedAtMs.set(connection, this.clock.monotonicMs());
    await runner.release();
  }

  private async discard({ runner, connection }: Lease): Promise<void> {
    this.distrustedUntilMs = Math.max(this.distrustedUntilMs, this.returnedAtMs.get(connection) ?? -1);
    connection.destroy();
    await runner.release();
  }
}

/** Returns whether a commit may have succeeded although it failed with the given error. */
const isOutcomeUnknown = (error: unknown): boolean => isUnavailable(error) && retryDelayMs(error, 1) === null;

function respondsToPing(connection: PooledConnection): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PING_TIMEOUT_MS);
    connection.ping((error) => {
      clearTimeout(timer);
      resolve(!error);
    });
  });
}
