import { Logger, VersioningType } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loggedPath } from './common/http/index.js';
import { Settings } from './settings/index.js';
import { serveDocs } from './openapi/document.js';
import { warnAboutForwardedFor } from './http-server/headers/forwarded-for.js';

/**
 * Configures a new app. The server and the end-to-end tests share this function, so that both have the same
 * configuration.
 */
export function configureApp(app: NestFastifyApplication): void {
  const settings = app.get(Settings);
  // Routes begin with `/api/v1`, except in controllers with `VERSION_NEUTRAL` (health and the console).
  app.enableVersioning({ type: VersioningType.URI, prefix: 'api/v', defaultVersion: '1' });
  warnAboutForwardedFor(app, settings);
  logRequests(app, settings);
  serveDocs(app);
}

/**
 * Logs each request without its query string. This happens only with LOG_LEVEL=debug, because logging takes longer than
 * the request.
 */
function logRequests(app: NestFastifyApplication, { logLevel }: Settings): void {
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
