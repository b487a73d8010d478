import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { forwardedForProblem } from '../common/http/index.js';
import type { Settings } from '../settings/index.js';
import { ReadinessService } from '../modules/health/index.js';

/** Warns once, in the log and in readiness, when callers behind a proxy would share one address. */
export function warnAboutForwardedFor(app: NestFastifyApplication, { trustProxy }: Settings): void {
  const server = app.getHttpServer();
  // Not as a hook of Fastify, which would cost every call time, also when the warning has long been given.
  const watch = ({ headers }: IncomingMessage): void => {
    const field = headers['x-forwarded-for'];
    const warning = typeof field === 'string' ? forwardedForProblem(field, trustProxy) : null;
    if (warning === null) return;
    server.off('request', watch);
    new Logger('Proxy').warn(warning);
    app.get(ReadinessService).warn('proxy', warning);
  };
  server.on('request', watch);
}
