import type { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { toRedisFailure, isErrorReply } from './redis-failure.js';
import { assertStandalone, evictionPolicyIn } from './server-info.js';
import type { ReplyWatchdog } from './reply-watchdog.js';

export type Command<T> = (client: Redis) => Promise<T>;

/** Finds out whether a server does what the limits need. A `PING` would be answered by one that refuses all else. */
export class RedisProbe {
  private script: Command<unknown> = (client) => client.ping();
  /** The connection whose server said what it is. */
  private known: Redis | null = null;
  /** A server that didn't say what it is answered as nodes of a cluster do: then it must say that it is none. */
  private clusterError: Error | null = null;
  private evictionPolicy: string | null = null;

  constructor(
    private readonly silence: ReplyWatchdog,
    private readonly logger: Logger,
  ) {}

  /** Sets the script of the limits, in a run that counts. */
  setProbe(script: Command<unknown>): void {
    this.script = script;
  }

  /** Throws why the server at the other end is of no use. */
  async judge(client: Redis): Promise<void> {
    if (client !== this.known) await this.inspect(client);
    try {
      await this.silence.wait(this.script(client));
    } catch (error) {
      if (isErrorReply(error)) this.convicts(client, error);
      throw error;
    }
  }

  /** Notes an answer that proves the server to be of no use, even when the script runs there for other keys. */
  convicts(client: Redis | null, answer: Error): boolean {
    if (client === null || client === this.known || toRedisFailure(answer).kind !== 'wrong-node')
      return false;
    this.clusterError = answer;
    return true;
  }

  /** Asks what the server is. Not every user may ask that, so a refusal leaves it open. */
  private async inspect(client: Redis): Promise<void> {
    const info = await this.silence.wait(client.info()).catch((error: unknown) => {
      if (isErrorReply(error)) return null;
      throw error;
    });
    if (info === null) {
      if (this.clusterError) throw this.clusterError;
      return;
    }
    assertStandalone(info);
    this.clusterError = null;
    this.known = client;
    const policy = evictionPolicyIn(info);
    if (policy !== null && policy !== this.evictionPolicy)
      this.logger.warn(`When this Redis is full it forgets limits (maxmemory-policy ${policy}).`);
    this.evictionPolicy = policy;
  }
}
