import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { getGuardedRequest, type RateLimitState } from './guarded-request.js';
import type { Principal, SessionPrincipal } from './principal.js';

function principalOf(context: ExecutionContext, decorator: string): Principal {
  const principal = getGuardedRequest(context).auth?.principal;
  if (!principal) throw new Error(`${decorator} can be used only on routes that are not public`);
  return principal;
}

/** Injects the caller of a route that is not public. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext): Principal =>
  principalOf(context, '@CurrentPrincipal()'),
);

/** Injects the caller of a `@SessionOnly()` route. */
export const CurrentSession = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const principal = principalOf(context, '@CurrentSession()');
  if (principal.method !== 'session')
    throw new Error('@CurrentSession() can be used only on routes with @SessionOnly()');
  return principal satisfies SessionPrincipal;
});

/** Injects the state of the rate limit that the request was counted toward. */
export const CurrentRateLimit = createParamDecorator(
  (_data: unknown, context: ExecutionContext): RateLimitState => {
    const { rateLimit } = getGuardedRequest(context);
    if (!rateLimit)
      throw new Error(
        '@CurrentRateLimit() can be used only on routes whose requests count toward a rate limit',
      );
    return rateLimit;
  },
);
