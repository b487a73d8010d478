import { Redis } from 'ioredis';
import { PrivateService } from './private-services.js';

/** A Redis for one test, with an admin connection. */
export class PrivateRedis {
  private constructor(
    readonly service: PrivateService,
    readonly admin: Redis,
  ) {}

  /** @param more additional arguments of `redis-server`. */
  static async start(...more: string[]): Promise<PrivateRedis> {
    const service = await PrivateService.redis(...more);
    await service.start();
    const admin = new Redis({ port: service.port, retryStrategy: () => 100, maxRetriesPerRequest: null });
    admin.on('error', () => undefined);
    return new PrivateRedis(service, admin);
  }

  get port(): number {
    return this.service.port;
  }

  /** For `REDIS_URL`. */
  url(credentials = ''): string {
    return `redis://${credentials && `${credentials}@`}127.0.0.1:${this.port}`;
  }

  async remove(): Promise<void> {
    this.admin.disconnect();
    this.service.goOn();
    await this.service.remove();
  }
}

/** Tests that need a Redis; see `global-setup.ts`. */
export const describeWithRedis = process.env['REDIS_FOR_TESTS'] ? describe : describe.skip;
