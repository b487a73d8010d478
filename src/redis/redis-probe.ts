import type { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { toRedisFailure, isErrorReply } from './redis-failure.js';
import { assertStandalone, evictionPolicyIn } from './server-info.js';
import type { ReplyWatchdog } from './reply-watchdog.js';

export type RedisCommand<T> = (client: Redis) => Promise<T>;

/**
 * Checks whether a server can run the rate-limit script. A `PING` isn't enough, because it can succeed while writes
 * fail.
 */
export class RedisProbe {
  private script: RedisCommand<unknown> = (client) => client.ping();
  /** The last connection on which the reply to `INFO` showed a standalone server. */
  private verifiedClient: Redis | null = null;
  /**
   * The last error reply that only nodes of a cluster send, or `null`. While it is set, a server that doesn't permit
   * `INFO` counts as unusable. It is cleared when the reply to `INFO` shows a standalone server.
   */
  private clusterError: Error | null = null;
  private evictionPolicy: string | null = null;

  constructor(
    private readonly watchdog: ReplyWatchdog,
    private readonly logger: Logger,
  ) {}

  /** Sets the command that must succeed in each check. It is a run of the rate-limit script. */
  setProbe(script: RedisCommand<unknown>): void {
    this.script = script;
  }

  /** Checks the server. Throws an error if it is unusable or doesn't reply. */
  async check(client: Redis): Promise<void> {
    if (client !== this.verifiedClient) await this.inspect(client);
    try {
      await this.watchdog.wait(this.script(client));
    } catch (error) {
      if (isErrorReply(error)) this.recordClusterReply(client, error);
      throw error;
    }
  }

  /**
   * Records an error reply if only nodes of a cluster send it. Returns whether the reply was recorded. A node of a
   * cluster is unusable, even if the script works there for some keys.
   */
  recordClusterReply(client: Redis | null, reply: Error): boolean {
    if (client === null || client === this.verifiedClient || toRedisFailure(reply).kind !== 'wrong-node')
      return false;
    this.clusterError = reply;
    return true;
  }

  /** Checks the mode and the eviction policy of the server. If the server doesn't permit `INFO`, both stay unknown. */
  private async inspect(client: Redis): Promise<void> {
    const info = await this.watchdog.wait(client.info()).catch((error: unknown) => {
      if (isErrorReply(error)) return null;
      throw error;
    });
    if (info === null) {
      if (this.clusterError) throw this.clusterError;
      return;
    }
    assertStandalone(info);
    this.clusterError = null;
    this.verifiedClient = client;
    const policy = evictionPolicyIn(info);
    if (policy !== null && policy !== this.evictionPolicy)
      this.logger.warn(
        `When this Redis server runs out of memory, it deletes rate-limit counters (maxmemory-policy ${policy}).`,
      );
    this.evictionPolicy = policy;
  }
}
