import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { forwardedForProblem } from '../../common/http/index.js';
import type { Settings } from '../../settings/index.js';
import { ReadinessService } from '../../modules/health/index.js';

/**
 * Warns in the log and in `/health/ready` if all clients behind a proxy appear to have the same address. It warns only
 * once.
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
