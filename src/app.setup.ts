import { VersioningType } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Settings } from './settings/index.js';
import { serveDocs } from './openapi/document.js';
import { warnAboutForwardedFor } from './http-server/headers/forwarded-for.js';
import { logRequests } from './http-server/request-log.js';

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
  if (settings.docs === 'on') serveDocs(app);
}
