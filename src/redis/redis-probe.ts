import type { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { toRedisFailure, isErrorReply } from './redis-failure.js';
import { assertStandalone, evictionPolicyIn } from './server-info.js';
import type { ReplyWatchdog } from './reply-watchdog.js';

export type Command<T> = (client: Redis) => Promise<T>;

/** Checks whether a server can run the rate-limit script. A `PING` isn't enough: it can succeed when writes fail. */
export class RedisProbe {
  private script: Command<unknown> = (client) => client.ping();
  /** The connection whose `INFO` showed a standalone server. */
  private verifiedClient: Redis | null = null;
  /**
   * A reply that only nodes of a cluster send. After it, a server without the permission for `INFO` is unusable, until
   * `INFO` of some server shows a standalone server.
   */
  private clusterError: Error | null = null;
  private evictionPolicy: string | null = null;

  constructor(
    private readonly watchdog: ReplyWatchdog,
    private readonly logger: Logger,
  ) {}

  /** Sets the command that must succeed: a run of the rate-limit script. */
  setProbe(script: Command<unknown>): void {
    this.script = script;
  }

  /** Throws an error when the server is unusable. */
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
   * Records an error reply that only nodes of a cluster send, and returns whether it is one. Such a server is unusable,
   * even if the script works there for some keys.
   */
  recordClusterReply(client: Redis | null, reply: Error): boolean {
    if (client === null || client === this.verifiedClient || toRedisFailure(reply).kind !== 'wrong-node')
      return false;
    this.clusterError = reply;
    return true;
  }

  /** Checks the mode and the eviction policy of the server. Without the permission for `INFO`, they stay unknown. */
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
        `When this Redis is full, it deletes rate-limit counters (maxmemory-policy ${policy}).`,
      );
    this.evictionPolicy = policy;
  }
}
