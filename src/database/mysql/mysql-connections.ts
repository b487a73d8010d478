// Traps: after a query timed out, its connection stays busy in mysql2, so it is destroyed instead of returned to the
// pool. And a firewall may drop an idle connection without telling either side: a query on it would never end.
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Clock } from '../../common/clock.js';
import { unavailable } from '../../common/errors/index.js';
import { Connections, runTransaction } from '../connections.js';
import { isConnectionLost, isReadOnly, isUnavailable, retryDelayMs } from '../driver-errors/driver-errors.js';

/** How long to wait for a free connection. The pool itself would wait forever. */
const ACQUIRE_TIMEOUT_MS = 1_000;
/** A connection that was idle for longer is pinged before it is used. */
const TRUSTED_IDLE_MS = 1_000;
const PING_TIMEOUT_MS = 250;

/** What is used here of mysql2's `PoolConnection`. */
interface PooledConnection {
  ping(done: (error?: Error | null) => void): void;
  destroy(): void;
}

/** A runner together with its connection. */
interface Lease {
  readonly runner: QueryRunner;
  readonly connection: PooledConnection;
}

/** The pool of connections to a MySQL or MariaDB server. */
export class MysqlConnections extends Connections {
  /** When each connection went back to the pool, on the monotonic clock. */
  private readonly returnedAtMs = new WeakMap<PooledConnection, number>();
  /** Connections returned up to this time are not used again, because one of them was found dead. */
  private distrustedUntilMs = -1;

  constructor(
    private readonly pool: DataSource,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Retries a read that lost its connection once, on another connection. */
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
    return this.use((runner) => runTransaction(runner, work, isUnknown));
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
      const isInDoubt = lease.runner.isTransactionActive || isConnectionLost(error);
      // After a failover the address may lead to another server. A new connection reaches it.
      if (isInDoubt || isReadOnly(error)) await this.discard(lease);
      else await this.giveBack(lease);
      throw error;
    }
  }

  /** A live connection. Throws `unavailable` if there is none, whatever the reason. */
  private async acquire(): Promise<Lease> {
    for (;;) {
      const lease = await this.next();
      if (await this.isAlive(lease.connection)) return lease;
      await this.discard(lease);
    }
  }

  private async next(): Promise<Lease> {
    const runner = this.pool.createQueryRunner();
    const connecting = runner.connect() as Promise<PooledConnection>;
    const timer = new AbortController();
    const tooLate = sleep(ACQUIRE_TIMEOUT_MS, null, { signal: timer.signal, ref: false });
    tooLate.catch(() => undefined);
    try {
      const connection = await Promise.race([connecting, tooLate]);
      if (connection) return { runner, connection };
    } catch (error) {
      throw unavailable(error);
    } finally {
      timer.abort();
    }
    // If the connection comes after all, it goes back at once.
    connecting.then(
      (connection) => this.giveBack({ runner, connection }),
      () => undefined,
    );
    throw unavailable(new Error('No connection became free in time'));
  }

  private async isAlive(connection: PooledConnection): Promise<boolean> {
    const returnedAtMs = this.returnedAtMs.get(connection);
    // It has just been opened.
    if (returnedAtMs === undefined) return true;
    if (returnedAtMs <= this.distrustedUntilMs) return false;
    if (this.clock.monotonicMs() - returnedAtMs <= TRUSTED_IDLE_MS) return true;
    return answersPing(connection);
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

/** Whether a commit may have happened although it failed with this error. */
const isUnknown = (error: unknown): boolean => isUnavailable(error) && retryDelayMs(error, 1) === null;

function answersPing(connection: PooledConnection): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PING_TIMEOUT_MS);
    connection.ping((error) => {
      clearTimeout(timer);
      resolve(!error);
    });
  });
}
