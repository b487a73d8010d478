// Traps in the defaults of @nestjs/throttler: the bucket is controller + handler + address, and its store
// filters an array of all hits on every call. So the tracker, the key, the storage and the answer are ours.
// And the parent's own `@Inject` marks are inherited, so each parameter that differs needs one here.
import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { getOptionsToken, ThrottlerGuard, type ThrottlerModuleOptions } from '@nestjs/throttler';
import {
  type AuthOutcome,
  type GuardedRequest,
  type RateLimitState,
  getGuardedRequest,
} from '../../common/access/index.js';
import { getResponse, type HttpResponse } from '../../common/http/index.js';
import { Settings } from '../../settings/index.js';
import { UsageRecorder } from '../usage/index.js';
import { policiesOf, type Policy } from './policies.js';
import { RATE_LIMIT_EXCEEDED } from './rate-limit.errors.js';
import { rateLimitHeaders, toRateLimitState } from './rate-limit.headers.js';
import type { WindowRecord } from './windows/sliding-window.js';
import { WindowStorage } from './windows/window.storage.js';

const ADVICE: Partial<Record<Policy['name'], string>> = {
  standard: ' An admin can give you a higher role.',
  premium: ' An admin can give you a higher role.',
};

/** Counts each call in the budget that authentication named, and refuses it beyond the limit. */
@Injectable()
export class RoleThrottlerGuard extends ThrottlerGuard {
  private readonly policies: ReturnType<typeof policiesOf>['calls'];

  constructor(
    @Inject(getOptionsToken()) options: ThrottlerModuleOptions,
    @Inject(WindowStorage) private readonly windows: WindowStorage,
    reflector: Reflector,
    settings: Settings,
    private readonly usage: UsageRecorder,
  ) {
    super(options, windows, reflector);
    this.policies = policiesOf(settings).calls;
  }

  /**
   * Throws `rate_limit_exceeded`. Routes that count nothing have no caller and pass.
   * Answers at once where it can, which Nest allows and the parent's signature does not say: a promise would
   * cost every call three turns of the microtask queue.
   */
  override canActivate(context: ExecutionContext): Promise<boolean> {
    const request = getGuardedRequest(context);
    const result = request.auth ? this.count(request, request.auth, getResponse(context)) : true;
    return result as Promise<boolean>;
  }

  private count(request: GuardedRequest, caller: AuthOutcome, response: HttpResponse): true | Promise<true> {
    const policy = this.policies[caller.countsIn.policy];
    const record = this.windows.take(
      `${policy.keyPrefix}:${caller.countsIn.subject}`,
      policy.limit,
      policy.name,
    );
    if (record instanceof Promise)
      return record.then((later) => this.settle(request, caller, response, policy, later));
    return this.settle(request, caller, response, policy, record);
  }

  private settle(
    request: GuardedRequest,
    { principal, apiKeyId }: AuthOutcome,
    response: HttpResponse,
    policy: Policy,
    record: WindowRecord,
  ): true {
    request.rateLimit = toRateLimitState(policy, record);
    const fields = rateLimitHeaders(policy, request.rateLimit);
    for (const field in fields) response.header(field, fields[field]!);
    if (record.isBlocked) {
      if (apiKeyId !== null) this.usage.count(apiKeyId, 'limited');
      throw exceeded(request.rateLimit);
    }
    if (principal?.method === 'api_key')
      this.usage.use(principal.apiKey.id, request.ip, request.socket.remoteAddress);
    return true;
  }
}

const exceeded = ({ policy, resetSeconds }: RateLimitState) =>
  RATE_LIMIT_EXCEEDED.create({
    detail: RATE_LIMIT_EXCEEDED.detail + (ADVICE[policy as Policy['name']] ?? ''),
    headers: { 'Retry-After': String(resetSeconds) },
    extensions: { 'violated-policies': [policy] },
  });
