import { createPolicy, type Policy } from '../policies.js';

/** The limit for failed attempts is multiplied by these factors for the /64, /56 and /48 of an IPv6 address. */
const WIDER_LIMITS = [1, 4, 16] as const;

/** Returns a policy for each network of an address, narrowest first. Wider networks have higher limits. */
export const policiesPerNetwork = ({ name, limit, windowSeconds, keyPrefix }: Policy): readonly Policy[] =>
  WIDER_LIMITS.map((times) => createPolicy(name, limit * times, windowSeconds, keyPrefix));
