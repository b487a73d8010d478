import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isIpAddress } from '../../common/http/index.js';
import { firstCodePoints } from '../../common/text/code-points.js';
import { redactKeys } from '../../common/text/redact-keys.js';
import { ReadinessService } from '../../modules/health/index.js';
import type { Settings } from '../../settings/index.js';

const MAX_SHOWN = 60;

/**
 * Returns Fastify's `trustProxy` option. It makes Fastify read the client's address from the entry of `X-Forwarded-For`
 * at the position `trustProxy`, counted from the right. Entries further left may be forged.
 * @param trustProxy the number of proxies in front of this service. With 0, Fastify ignores the header.
 */
export const trustedHops = (trustProxy: number): false | ((address: string, hop: number) => boolean) =>
  trustProxy > 0 && ((_address, hop) => hop < trustProxy);

/**
 * Checks whether `X-Forwarded-For` contains the client's address. If it doesn't, all clients appear to have the same
 * address.
 * @param header the value of `X-Forwarded-For`. Each proxy appends the address of its own client.
 * @param trustProxy the number of proxies in front of this service.
 * @returns a warning that explains the problem, or `null` if there is no problem.
 */
export function forwardedForProblem(header: string, trustProxy: number): string | null {
  if (trustProxy === 0)
    return 'Requests have an X-Forwarded-For header, but TRUST_PROXY is 0. Set TRUST_PROXY to the number of proxies in front of the server.';
  const addresses = header
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  const client = addresses.at(-trustProxy) ?? addresses[0];
  if (client === undefined || isIpAddress(client)) return null;
  const shown = JSON.stringify(firstCodePoints(redactKeys(client), MAX_SHOWN));
  return `X-Forwarded-For contains ${shown}, which is not an IP address, so the proxy's own address is used. Check that the proxies set the header correctly.`;
}

/**
 * Watches requests, and warns in the log and in `/health/ready` if all clients behind a proxy appear to have the same
 * address. It warns only once.
 */
export function warnAboutForwardedFor(app: NestFastifyApplication, { trustProxy }: Settings): void {
  const server = app.getHttpServer();
  // This uses an event listener, because a Fastify hook can't be removed and would slow down every request even after
  // the warning.
  const check = ({ headers }: IncomingMessage): void => {
    const header = headers['x-forwarded-for'];
    const warning = typeof header === 'string' ? forwardedForProblem(header, trustProxy) : null;
    if (warning === null) return;
    server.off('request', check);
    new Logger('Proxy').warn(warning);
    app.get(ReadinessService).warn('proxy', warning);
  };
  server.on('request', check);
}
