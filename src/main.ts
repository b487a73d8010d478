import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { configureApp } from './app.setup.js';
import { SettingsError, loadDotEnv, parseEnv, type Settings } from './settings/index.js';
import { ReadinessService } from './modules/health/index.js';
import { createAdapter } from './http-server/adapter.js';
import { DOCS_PATH } from './openapi/document.js';
import { HttpListener } from './http-server/http-listener.js';
import { ServerLogger } from './http-server/logger.js';
import { Shutdown } from './http-server/shutdown.js';

/**
 * Whoever looks whether the process lives must not end it while it waits for a database or migrates. A start that
 * takes no longer than usual does not listen before it can serve, so that proxies without health checks pass it by.
 */
const SLOW_START_MS = 2_000;

async function start(): Promise<void> {
  // What the process makes, such as the database file, is nobody else's to read.
  process.umask(0o077);
  loadDotEnv();
  const settings = parseEnv(process.env);
  const door = new HttpListener(settings);
  const shutdown = new Shutdown(door, settings.drainSeconds, fail);
  // When that fails, it fails below too, where a start is not torn from its work.
  const slowStart = setTimeout(() => void door.open().catch(() => undefined), SLOW_START_MS);
  const app = await createApp(settings, door);
  clearTimeout(slowStart);
  door.serve();
  await door.open();
  shutdown.started({
    turnNotReady: () => app.get(ReadinessService).stop(),
    close: () => app.close(),
  });
  announce(settings, door.port);
}

async function createApp(settings: Settings, door: HttpListener): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings),
    createAdapter(settings, (handle) => door.serverFor(handle)),
    {
      logger: new ServerLogger(settings),
      bodyParser: false,
      abortOnError: false,
    },
  );
  configureApp(app);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}

function announce({ publicUrl, nodeEnv, port }: Settings, listensOn: number): void {
  if (nodeEnv === 'production' && !publicUrl.startsWith('https:')) {
    new Logger('Start').warn('PUBLIC_URL is not https: cookies and keys travel in the clear.');
  }
  const base = port === 0 ? `http://localhost:${listensOn}` : publicUrl;
  process.stdout.write(
    `\n  Console  ${base}/api-keys\n  API      ${base}/api/v1\n  Docs     ${base}${DOCS_PATH}\n\n`,
  );
}

function fail(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof SettingsError ? message : `The server cannot run: ${message}`}\n`);
  process.exit(1);
}

start().catch(fail);
