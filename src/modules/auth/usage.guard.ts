import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { getGuardedRequest, type GuardedRequest } from '../../common/access/index.js';
import { RoleThrottlerGuard } from '../rate-limit/index.js';
import { UsageRecorder } from '../usage/index.js';
import { AccessGuard } from './access.guard.js';

/**
 * Calls the rate limiter and then the access guard, and counts the outcomes of requests with a key. Nest doesn't call
 * any further guards after one throws, so a separate guard could not count denied requests.
 */
@Injectable()
export class UsageGuard implements CanActivate {
  constructor(
    private readonly limiter: RoleThrottlerGuard,
    private readonly access: AccessGuard,
    private readonly usage: UsageRecorder,
  ) {}

  /**
   * Throws any error that the rate limiter or the access guard throws. This is a hot path, so it returns a promise only if the
   * rate limiter does.
   */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = getGuardedRequest(context);
    let isWithinLimits: boolean | Promise<boolean>;
    try {
      isWithinLimits = this.limiter.decide(context);
    } catch (error) {
      this.countIfLimited(request);
      throw error;
    }
    if (isWithinLimits instanceof Promise) return this.authorizeAfter(isWithinLimits, context, request);
    return isWithinLimits && this.authorize(context, request);
  }

  private async authorizeAfter(
    limits: Promise<boolean>,
    context: ExecutionContext,
    request: GuardedRequest,
  ): Promise<boolean> {
    const isWithinLimits = await limits.catch((error: unknown) => {
      this.countIfLimited(request);
      throw error;
    });
    return isWithinLimits && this.authorize(context, request);
  }

  private authorize(context: ExecutionContext, request: GuardedRequest): boolean {
    const { auth } = request;
    if (!auth || auth.apiKeyId === null) return this.access.canActivate(context);
    let isAllowed = false;
    try {
      isAllowed = this.access.canActivate(context);
    } finally {
      // A request with an active key is a use of this key, even if its owner is not allowed to use the route.
      if (auth.principal) this.usage.noteUse(auth.apiKeyId, request.ip, request.socket.remoteAddress);
      this.usage.count(auth.apiKeyId, isAllowed ? 'accepted' : 'denied');
    }
    return isAllowed;
  }

  /**
   * Counts a request that exceeded a rate limit. If the rate limiter threw an error for another reason, counts nothing.
   */
  private countIfLimited({ auth, isLimited }: GuardedRequest): void {
    if (isLimited && auth && auth.apiKeyId !== null) this.usage.count(auth.apiKeyId, 'limited');
  }
}
