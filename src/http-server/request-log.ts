import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loggedPath } from '../common/http/index.js';
import type { Settings } from '../settings/index.js';

/**
 * Logs each request without its query string. This happens only with LOG_LEVEL=debug, because logging a request takes
 * longer than handling it.
 */
export function logRequests(app: NestFastifyApplication, { logLevel }: Settings): void {
  if (logLevel !== 'debug') return;
  const logger = new Logger('Request');
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      logger.debug(
        `${request.method} ${loggedPath(request.url)} ${reply.statusCode} ${reply.elapsedTime.toFixed(1)}ms ${request.id}`,
      );
      done();
    });
}
