import { redactKeys } from '../text/redact-keys.js';
import { firstCodePoints } from '../text/code-points.js';
import { isAddress } from './client-address.js';

const MAX_SHOWN = 60;

/**
 * Why callers would share one address.
 * @param field the value of `X-Forwarded-For`; each proxy appends the address that it saw.
 * @param trustProxy how many proxies stand in front.
 * @returns `null` when the field names an address for the caller.
 */
export function forwardedForProblem(field: string, trustProxy: number): string | null {
  if (trustProxy === 0)
    return 'X-Forwarded-For arrives, but TRUST_PROXY is 0: set how many proxies stand in front.';
  const addresses = field
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  const caller = addresses.at(-trustProxy) ?? addresses[0];
  if (caller === undefined || isAddress(caller)) return null;
  const shown = JSON.stringify(firstCodePoints(redactKeys(caller), MAX_SHOWN));
  return `X-Forwarded-For names ${shown}, which is no IP address, so the proxy's own counts. Do the proxies set it?`;
}
