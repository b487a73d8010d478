import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { getGuardedRequest, type GuardedRequest } from '../../common/access/index.js';
import { RoleThrottlerGuard } from '../rate-limit/index.js';
import { UsageRecorder } from '../usage/index.js';
import { AccessGuard } from './access.guard.js';

/**
 * Calls the rate limiter, then the access guard, and counts the outcomes of requests with a key. If a guard throws,
 * Nest calls none of the later guards. So this guard calls the other two itself, to count denied requests too.
 */
@Injectable()
export class UsageGuard implements CanActivate {
  constructor(
    private readonly limiter: RoleThrottlerGuard,
    private readonly access: AccessGuard,
    private readonly usage: UsageRecorder,
  ) {}

  /** Throws the errors of both guards. This is a hot path, so it returns a promise only if the limiter does. */
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
      // An active key was used, even if its owner is not allowed to use the route.
      if (auth.principal) this.usage.noteUse(auth.apiKeyId, request.ip, request.socket.remoteAddress);
      this.usage.count(auth.apiKeyId, isAllowed ? 'accepted' : 'denied');
    }
    return isAllowed;
  }

  /** Counts a request that exceeded a limit. The limiter can also fail for other reasons, which are not counted. */
  private countIfLimited({ auth, isLimited }: GuardedRequest): void {
    if (isLimited && auth && auth.apiKeyId !== null) this.usage.count(auth.apiKeyId, 'limited');
  }
}
