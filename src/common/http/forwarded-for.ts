import { redactKeys } from '../text/redact-keys.js';
import { firstCodePoints } from '../text/code-points.js';
import { isAddress } from './client-address.js';

const MAX_SHOWN = 60;

/**
 * Which entries of `X-Forwarded-For` Fastify believes, counted from the right. Entries further left may be forged.
 * @param trustProxy the number of proxies in front of this service.
 */
export const trustedHops = (trustProxy: number): false | ((address: string, hop: number) => boolean) =>
  trustProxy > 0 && ((_address, hop) => hop < trustProxy);

/**
 * Explains why all clients appear to have the same address, if that is the case.
 * @param header the value of `X-Forwarded-For`. Each proxy appends the address of its own client.
 * @param trustProxy the number of proxies in front of this service.
 * @returns the explanation, or `null` if the header contains the client's address.
 */
export function forwardedForProblem(header: string, trustProxy: number): string | null {
  if (trustProxy === 0)
    return 'Requests have an X-Forwarded-For header, but TRUST_PROXY is 0. Set it to the number of proxies in front.';
  const addresses = header
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  const client = addresses.at(-trustProxy) ?? addresses[0];
  if (client === undefined || isAddress(client)) return null;
  const shown = JSON.stringify(firstCodePoints(redactKeys(client), MAX_SHOWN));
  return `X-Forwarded-For contains ${shown}, which is not an IP address, so the proxy's own address is used. Check that the proxies set the header.`;
}
