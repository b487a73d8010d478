// Caution: the parent class knows only the throttlers in its module's options, counts each route handler separately and
// awaits all its hooks. So this guard calls the hooks itself. As in any ThrottlerGuard, you can override the hooks
// getTracker, generateKey and throwThrottlingException, and replace the ThrottlerStorage.
import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import {
  getGuardedRequest,
  unauthenticated,
  type AddressPolicyName,
  type AuthOutcome,
  type GuardedRequest,
} from '../../common/access/index.js';
import {
  addressLimitKey,
  getResponse,
  type HttpRequest,
  type HttpResponse,
} from '../../common/http/index.js';
import { toPolicy, windowKeyOf, type Policy, type PolicyName } from './policies.js';
import { rateLimitExceeded } from './rate-limit.errors.js';
import {
  rateLimitHeaders,
  rateLimitListHeaders,
  retryAfterHeader,
  rateLimitStateOf,
  toRateLimitState,
  type CountedBudget,
} from './rate-limit.headers.js';
import { RouteLimitsReader } from './route-limits.reader.js';
import { ThrottlerStorageWindows } from './windows/throttler-storage-windows.js';
import { takeFromAll, type WindowCounter } from './windows/several-windows.js';
import { WindowStorage, type Budget } from './windows/window.storage.js';

/**
 * The argument of `throwThrottlingException`: the exceeded budget with the longest wait, and the names of all violated
 * policies.
 */
export interface RateLimitDetail extends ThrottlerLimitDetail {
  readonly violatedPolicies: readonly string[];
}

/** Counts each request in the caller's budget and in the route's own windows. It denies requests beyond a limit. */
@Injectable()
export class RoleThrottlerGuard extends ThrottlerGuard {
  private readonly policies: Readonly<Record<string, Policy>>;
  private readonly windows: WindowCounter;
  /** Whether no subclass overrides these three hooks. If none does, the hot path needs no promise. */
  private readonly hasOwnHooks =
    this.getTracker === RoleThrottlerGuard.prototype.getTracker &&
    this.generateKey === RoleThrottlerGuard.prototype.generateKey &&
    this.shouldSkip === RoleThrottlerGuard.prototype.shouldSkip;

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly routes: RouteLimitsReader,
  ) {
    super(options, storage, reflector);
    const throttlers = Array.isArray(options) ? options : options.throttlers;
    this.policies = Object.fromEntries(throttlers.map(toPolicy).map((policy) => [policy.name, policy]));
    this.windows = storage instanceof WindowStorage ? storage : new ThrottlerStorageWindows(storage);
  }

  /** Counts the request. Throws `rate_limit_exceeded` if the request exceeds a limit. */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    return this.decide(context);
  }

  /** Does the same as `canActivate`. This is a hot path, so it returns a promise only if one is needed. */
  decide(context: ExecutionContext): boolean | Promise<boolean> {
    const limits = this.routes.of(context);
    const request = getGuardedRequest(context);
    const { auth } = request;
    if (!auth || (!limits.isCounted && limits.windows.length === 0)) return true;
    const policy = this.policies[policyNameOf(auth, limits.ofAddress)]!;
    if (!limits.isCounted || limits.windows.length > 0 || !this.hasOwnHooks)
      return this.decideLater(context, auth, limits.isCounted ? [policy] : [], limits.windows);
    const tracker = subjectOf(request, auth);
    const budget = this.budgetOf(context, auth, policy, tracker);
    const record = this.windows.take(budget);
    if (record instanceof Promise)
      return record.then((later) => this.settle(context, tracker, [{ budget, record: later }]));
    const state = toRateLimitState(policy, record);
    request.rateLimit = state;
    setHeaders(getResponse(context), rateLimitHeaders(policy, state));
    return record.isBlocked ? this.deny(context, tracker, [{ budget, record }]) : true;
  }

  private async decideLater(
    context: ExecutionContext,
    auth: AuthOutcome,
    ofCaller: readonly Policy[],
    ofRoute: readonly Policy[],
  ): Promise<boolean> {
    if (await this.shouldSkip(context)) return true;
    const tracker = await this.getTracker(getGuardedRequest(context));
    const toBudget = (policy: Policy) => this.budgetOf(context, auth, policy, tracker);
    const [caller, route] = [ofCaller.map(toBudget), ofRoute.map(toBudget)];
    const records = await takeFromAll(this.windows, [...route, ...caller]);
    const counted = [...route, ...caller].map((budget, index) => ({ budget, record: records[index]! }));
    // The route's windows are counted first, but the caller's budget comes first in the headers.
    return this.settle(context, tracker, [...counted.slice(route.length), ...counted.slice(0, route.length)]);
  }

  private settle(
    context: ExecutionContext,
    tracker: string,
    counted: readonly CountedBudget[],
  ): boolean | Promise<boolean> {
    getGuardedRequest(context).rateLimit = rateLimitStateOf(counted[0]!);
    setHeaders(getResponse(context), rateLimitListHeaders(counted));
    const denying = counted.filter(({ record }) => record.isBlocked);
    return denying.length > 0 ? this.deny(context, tracker, denying) : true;
  }

  private async deny(
    context: ExecutionContext,
    tracker: string,
    denying: readonly CountedBudget[],
  ): Promise<boolean> {
    const { budget, record } = denying.reduce((one, other) =>
      other.record.timeToBlockExpire > one.record.timeToBlockExpire ? other : one,
    );
    getGuardedRequest(context).isLimited = true;
    // A subclass may throw its own exception without this header, so the header is set here.
    setHeaders(getResponse(context), retryAfterHeader(record.timeToBlockExpire));
    const { key, policy } = budget;
    const violatedPolicies = denying.map((each) => each.budget.policy.name);
    const detail = { ...record, key, tracker, limit: policy.limit, ttl: policy.windowSeconds * 1_000 };
    await this.throwThrottlingException(context, { ...detail, violatedPolicies });
    return true;
  }

  private budgetOf(context: ExecutionContext, auth: AuthOutcome, policy: Policy, tracker: string): Budget {
    return {
      policy,
      key: this.generateKey(context, tracker, policy.name),
      isKnownSubject: auth.userId !== null && this.hasOwnHooks,
    };
  }

  /** Returns the id of the user or of the inactive key, or the client's network. */
  protected override async getTracker(request: GuardedRequest): Promise<string> {
    return subjectOf(request, request.auth ?? unauthenticated(null));
  }

  protected override generateKey(context: ExecutionContext, tracker: string, name: string): string {
    const policy = this.policies[name] ?? this.routes.of(context).windows.find((each) => each.name === name);
    return policy ? windowKeyOf(policy, tracker) : `${name}:${tracker}`;
  }

  protected override async throwThrottlingException(
    _context: ExecutionContext,
    { violatedPolicies, timeToBlockExpire }: RateLimitDetail,
  ): Promise<void> {
    throw rateLimitExceeded(violatedPolicies, timeToBlockExpire);
  }
}

/**
 * Returns the name of the policy that applies to a request.
 * @param ofAddress the route's policy for requests without a valid credential.
 */
function policyNameOf(auth: AuthOutcome, ofAddress: AddressPolicyName): PolicyName {
  const { principal, userId, apiKeyId } = auth;
  if (principal?.method === 'api_key') return principal.role;
  if (apiKeyId !== null) return 'inactive-key';
  return userId === null ? ofAddress : 'session';
}

/**
 * Returns the subject whose requests are counted together: the user for active keys and sessions, the key itself if it
 * is inactive, or the client's network.
 */
const subjectOf = (request: HttpRequest, { principal, userId, apiKeyId }: AuthOutcome): string =>
  (principal ? userId : (apiKeyId ?? userId)) ?? addressLimitKey(request);

function setHeaders(response: HttpResponse, headers: Record<string, string>): void {
  for (const name in headers) response.header(name, headers[name]!);
}
