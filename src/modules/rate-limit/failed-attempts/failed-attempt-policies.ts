import type { Settings } from '../../../settings/index.js';
import { createPolicy, type Policy } from '../policies.js';

const FAILED_SIGN_INS_PER_ACCOUNT = 5;
/** The limit for failed attempts is multiplied by these factors for the /64, /56 and /48 of an IPv6 address. */
const WIDER_LIMITS = [1, 4, 16] as const;

/** Returns the policies for failed attempts. Each of them is a list of policies for the networks of an address. */
export function failedAttemptPoliciesOf(settings: Settings) {
  const { failedAttemptsLimit, rateLimitWindowSeconds: seconds } = settings;
  return {
    keys: perNetwork(createPolicy('failed-keys', failedAttemptsLimit, seconds)),
    signIns: perNetwork(createPolicy('failed-sign-ins', failedAttemptsLimit, seconds)),
    signInsPerAccount: perNetwork(
      createPolicy('failed-sign-ins', FAILED_SIGN_INS_PER_ACCOUNT, seconds, 'failed-sign-ins-account'),
    ),
  };
}

/** Returns a policy for each network of an address, narrowest first. Wider networks have higher limits. */
const perNetwork = ({ name, limit, windowSeconds, keyPrefix }: Policy): readonly Policy[] =>
  WIDER_LIMITS.map((times) => createPolicy(name, limit * times, windowSeconds, keyPrefix));
