import type { AddressPolicyName, AuthOutcome } from '../../common/access/index.js';
import { addressLimitKey, type HttpRequest } from '../../common/http/index.js';
import type { PolicyName } from './policies.js';

/**
 * Returns the name of the policy that applies to a request.
 * @param ofAddress the route's policy for requests without a valid credential.
 */
export function policyNameOf(auth: AuthOutcome, ofAddress: AddressPolicyName): PolicyName {
  const { principal, userId, apiKeyId } = auth;
  if (principal?.method === 'api_key') return principal.role;
  if (apiKeyId !== null) return 'inactive-key';
  return userId === null ? ofAddress : 'session';
}

/**
 * Returns the subject whose requests are counted together: the user for active keys and sessions, the key itself if it
 * is inactive, or the client's network.
 */
export const subjectOf = (request: HttpRequest, { principal, userId, apiKeyId }: AuthOutcome): string =>
  (principal ? userId : (apiKeyId ?? userId)) ?? addressLimitKey(request);
