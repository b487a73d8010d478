import type { IncomingMessage } from 'node:http';
import { Logger, VersioningType } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loggedPath } from './common/http/index.js';
import { AppConfig } from './config/index.js';
import { ReadinessService } from './modules/health/index.js';
import { serveDocs } from './server/docs.js';
import { EXPOSED_FIELDS } from './server/response-fields.js';

/** What the server and every end-to-end test do to a new app, so that they cannot differ. */
export function configureApp(app: NestFastifyApplication): void {
  const config = app.get(AppConfig);
  // Every route is under `/api/v1` unless its controller is `VERSION_NEUTRAL`, as health and the console are.
  app.enableVersioning({ type: VersioningType.URI, prefix: 'api/v', defaultVersion: '1' });
  if (config.corsOrigins.length > 0) {
    app.enableCors({
      origin: [...config.corsOrigins],
      methods: ['GET', 'HEAD', 'POST', 'PATCH'],
      allowedHeaders: ['Content-Type', 'Idempotency-Key', 'X-API-Key'],
      exposedHeaders: EXPOSED_FIELDS,
      credentials: false,
      maxAge: 600,
    });
  }
  watchForwardedFor(app, config);
  logRequests(app, config);
  serveDocs(app);
}

/** Behind a proxy that the settings do not know of, all callers would share one address. */
function watchForwardedFor(app: NestFastifyApplication, { trustProxy }: AppConfig): void {
  if (trustProxy > 0) return;
  const warning = 'X-Forwarded-For arrives, but TRUST_PROXY is 0: set how many proxies stand in front.';
  const server = app.getHttpServer();
  // Not as a hook of Fastify, which would cost every call time, also when the warning has long been given.
  const watch = (request: IncomingMessage): void => {
    if (request.headers['x-forwarded-for'] === undefined) return;
    server.off('request', watch);
    new Logger('Proxy').warn(warning);
    app.get(ReadinessService).warn('proxy', warning);
  };
  server.on('request', watch);
}

/** A line for each request, without its query. Only with LOG_LEVEL=debug, as it costs more than the call. */
function logRequests(app: NestFastifyApplication, { logLevel }: AppConfig): void {
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
