import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { configureApp } from './app.setup.js';
import { SettingsError, loadDotEnv, parseEnv, settingsWarnings, type Settings } from './settings/index.js';
import { ReadinessService } from './modules/health/index.js';
import { createAdapter } from './http-server/adapter.js';
import { DOCS_PATH } from './openapi/document.js';
import { HttpListener } from './http-server/http-listener.js';
import { ServerLogger } from './http-server/logger.js';
import { Shutdown } from './http-server/shutdown.js';

/**
 * If startup takes longer than this, the process starts to listen before it is ready, and answers only liveness checks.
 * Otherwise, an orchestrator could kill the process while it waits for the database or runs migrations. If startup is
 * faster, the process doesn't listen until it can serve requests. Otherwise, proxies without health checks would send
 * requests too early.
 */
const SLOW_START_MS = 2_000;

async function start(): Promise<void> {
  // The files that the process creates, for example the database, are readable only by the user that runs it.
  process.umask(0o077);
  loadDotEnv();
  const settings = parseEnv(process.env);
  const listener = new HttpListener(settings);
  const shutdown = new Shutdown(listener, settings.drainSeconds, fail);
  // An error is ignored here, so that it doesn't interrupt migrations. The `listen` call below throws it again.
  const slowStart = setTimeout(() => void listener.listen().catch(() => undefined), SLOW_START_MS);
  const app = await createApp(settings, listener);
  clearTimeout(slowStart);
  listener.startServing();
  await listener.listen();
  shutdown.started({
    markNotReady: () => app.get(ReadinessService).stop(),
    close: () => app.close(),
  });
  for (const warning of settingsWarnings(settings)) new Logger('Start').warn(warning);
  printUrls(settings, listener.port);
}

async function createApp(settings: Settings, listener: HttpListener): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings),
    createAdapter(settings, (handler) => listener.attach(handler)),
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

function printUrls({ publicUrl, port, docs }: Settings, actualPort: number): void {
  const base = port === 0 ? `http://localhost:${actualPort}` : publicUrl;
  const lines = [`Console  ${base}/api-keys`, `API      ${base}/api/v1`];
  if (docs === 'on') lines.push(`Docs     ${base}${DOCS_PATH}`);
  process.stdout.write(`\n${lines.map((line) => `  ${line}\n`).join('')}\n`);
}

function fail(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof SettingsError ? message : `The server cannot run: ${message}`}\n`);
  process.exit(1);
}

start().catch(fail);
