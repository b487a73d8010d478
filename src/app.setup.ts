import { Logger, VersioningType } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loggedPath } from './common/http/index.js';
import { Settings } from './settings/index.js';
import { serveDocs } from './openapi/document.js';
import { warnAboutForwardedFor } from './http-server/forwarded-for-warning.js';

/** What the server and every end-to-end test do to a new app, so that they cannot differ. */
export function configureApp(app: NestFastifyApplication): void {
  const settings = app.get(Settings);
  // Every route is under `/api/v1` unless its controller is `VERSION_NEUTRAL`, as health and the console are.
  app.enableVersioning({ type: VersioningType.URI, prefix: 'api/v', defaultVersion: '1' });
  warnAboutForwardedFor(app, settings);
  logRequests(app, settings);
  serveDocs(app);
}

/** A line for each request, without its query. Only with LOG_LEVEL=debug, as it costs more than the call. */
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
