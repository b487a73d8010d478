import type { ThrottlerStorage } from '@nestjs/throttler';
import type { WindowCounter } from './several-windows.js';
import type { WindowRecord } from './sliding-window.js';
import type { Budget, ReturnableRecord } from './window.storage.js';

const UNKNOWN: WindowRecord = { totalHits: 0, timeToExpire: 0, isBlocked: false, timeToBlockExpire: 0 };

/**
 * Counts requests in a custom `ThrottlerStorage` that replaces `WindowStorage`. A custom storage can neither read a
 * count without increasing it nor remove a counted request.
 */
export class ThrottlerStorageWindows implements WindowCounter {
  constructor(private readonly storage: ThrottlerStorage) {}

  take({ key, policy }: Budget): Promise<WindowRecord> {
    const ttl = policy.windowSeconds * 1_000;
    return this.storage.increment(key, ttl, policy.limit, ttl, policy.name);
  }

  async takeReturnable(budget: Budget): Promise<ReturnableRecord> {
    return { ...(await this.take(budget)), giveBack: () => undefined };
  }

  peek(): WindowRecord {
    return UNKNOWN;
  }
}
