import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { configureApp } from './app.setup.js';
import { ConfigError, loadDotEnv, parseEnv, type AppConfig } from './config/index.js';
import { ReadinessService } from './modules/health/index.js';
import { createAdapter } from './server/adapter.js';
import { DOCS_PATH } from './server/docs.js';
import { FrontDoor } from './server/front-door.js';
import { ServerLogger } from './server/logger.js';
import { Shutdown } from './server/shutdown.js';

/**
 * Whoever looks whether the process lives must not end it while it waits for a database or migrates. A start that
 * takes no longer than usual does not listen before it can serve, so that proxies without health checks pass it by.
 */
const SLOW_START_MS = 2_000;

async function start(): Promise<void> {
  // What the process makes, such as the database file, is nobody else's to read.
  process.umask(0o077);
  loadDotEnv();
  const config = parseEnv(process.env);
  const door = new FrontDoor(config);
  const shutdown = new Shutdown(door, config.drainSeconds, fail);
  // When that fails, it fails below too, where a start is not torn from its work.
  const slowStart = setTimeout(() => void door.open().catch(() => undefined), SLOW_START_MS);
  const app = await createApp(config, door);
  clearTimeout(slowStart);
  door.serve();
  await door.open();
  shutdown.started({
    turnNotReady: () => app.get(ReadinessService).stop(),
    close: () => app.close(),
  });
  announce(config, door.port);
}

async function createApp(config: AppConfig, door: FrontDoor): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config),
    createAdapter(config, (handle) => door.serverFor(handle)),
    {
      logger: new ServerLogger(config),
      bodyParser: false,
      abortOnError: false,
    },
  );
  configureApp(app);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}

function announce({ publicUrl, nodeEnv, port }: AppConfig, listensOn: number): void {
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
  process.stderr.write(`${error instanceof ConfigError ? message : `The server cannot run: ${message}`}\n`);
  process.exit(1);
}

start().catch(fail);
