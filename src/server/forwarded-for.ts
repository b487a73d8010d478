import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isAddress } from '../common/http/index.js';
import { firstCodePoints } from '../common/text/code-points.js';
import { hideKeys } from '../common/text/display-text.js';
import type { AppConfig } from '../config/index.js';
import { ReadinessService } from '../modules/health/index.js';

const MAX_SHOWN = 60;

/** Warns once, in the log and in readiness, when callers behind a proxy would share one address. */
export function watchForwardedFor(app: NestFastifyApplication, { trustProxy }: AppConfig): void {
  const server = app.getHttpServer();
  // Not as a hook of Fastify, which would cost every call time, also when the warning has long been given.
  const watch = ({ headers }: IncomingMessage): void => {
    const field = headers['x-forwarded-for'];
    const warning = typeof field === 'string' ? warningOf(field, trustProxy) : null;
    if (warning === null) return;
    server.off('request', watch);
    new Logger('Proxy').warn(warning);
    app.get(ReadinessService).warn('proxy', warning);
  };
  server.on('request', watch);
}

/** What is wrong with an `X-Forwarded-For`, seen with that many proxies; `null` when nothing is. */
function warningOf(field: string, trustProxy: number): string | null {
  if (trustProxy === 0)
    return 'X-Forwarded-For arrives, but TRUST_PROXY is 0: set how many proxies stand in front.';
  const addresses = field
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  const caller = addresses.at(-trustProxy) ?? addresses[0];
  if (caller === undefined || isAddress(caller)) return null;
  const shown = JSON.stringify(firstCodePoints(hideKeys(caller), MAX_SHOWN));
  return `X-Forwarded-For names ${shown}, which is no IP address, so the proxy's own counts. Do the proxies set it?`;
}
