import type { PolicyName } from '../../common/access/index.js';
import type { Settings } from '../../settings/index.js';

export type FailurePolicyName = 'failed-keys' | 'failed-sign-ins';

/** A budget: how many calls of a kind are accepted in a window. */
export interface Policy {
  readonly name: PolicyName | FailurePolicyName;
  readonly limit: number;
  readonly windowSeconds: number;
  /** Policies that share a budget have the same prefix: a user's role may change, what was counted stays. */
  readonly keyPrefix: string;
  /** Its value of `RateLimit-Policy`. */
  readonly shown: string;
}

/** What the /64, /56 and /48 of an IPv6 address may fail, as multiples of the limit of one address. */
const WIDER_LIMITS = [1, 4, 16] as const;
const DEAD_KEY_LIMIT = 60;
const SIGN_IN_LIMIT = 60;
const SIGN_UP_LIMIT = 10;
const SIGN_UP_WINDOW_SECONDS = 60 * 60;
const FAILED_SIGN_INS_PER_ACCOUNT = 5;

export function policiesOf(settings: Settings) {
  const windowSeconds = settings.rateLimitWindowSeconds;
  const policy = (name: Policy['name'], limit: number, keyPrefix: string = name): Policy =>
    withLimit({ name, windowSeconds, keyPrefix }, limit);
  return {
    calls: {
      standard: policy('standard', settings.rateLimitStandard, 'keys'),
      premium: policy('premium', settings.rateLimitPremium, 'keys'),
      admin: policy('admin', settings.rateLimitAdmin, 'keys'),
      session: policy('session', settings.rateLimitSession),
      anonymous: policy('anonymous', settings.rateLimitAnonymous),
      'sign-in': policy('sign-in', SIGN_IN_LIMIT),
      'sign-up': withLimit(
        { name: 'sign-up', windowSeconds: SIGN_UP_WINDOW_SECONDS, keyPrefix: 'sign-up' },
        SIGN_UP_LIMIT,
      ),
      'dead-key': policy('dead-key', DEAD_KEY_LIMIT),
    } satisfies Record<PolicyName, Policy>,
    failedKeys: policy('failed-keys', settings.failedAttemptsLimit),
    failedSignIns: policy('failed-sign-ins', settings.failedAttemptsLimit),
    failedSignInsPerAccount: policy(
      'failed-sign-ins',
      FAILED_SIGN_INS_PER_ACCOUNT,
      'failed-sign-ins-account',
    ),
  };
}

/** The policy for each network of an address, narrowest first: the wider, the more may fail. */
export const perNetwork = (policy: Policy): readonly Policy[] =>
  WIDER_LIMITS.map((times) => withLimit(policy, policy.limit * times));

const withLimit = (policy: Omit<Policy, 'limit' | 'shown'>, limit: number): Policy => ({
  ...policy,
  limit,
  shown: `"${policy.name}";q=${limit};w=${policy.windowSeconds}`,
});
