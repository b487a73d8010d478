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
import { ServerLogger } from './server/logger.js';

/** What still runs after this long is cut off, so that the process ends within ten seconds. */
const DRAIN_MS = 8_000;
/** Then the process ends, whatever a slow database still has to write. */
const STOP_MS = 9_500;
const IDLE_CHECK_MS = 50;

async function start(): Promise<void> {
  // What the process makes, such as the database file, is nobody else's to read.
  process.umask(0o077);
  loadDotEnv();
  const config = parseEnv(process.env);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config),
    createAdapter(config),
    {
      logger: new ServerLogger(config),
      bodyParser: false,
      abortOnError: false,
    },
  );
  configureApp(app);
  stopOnSignals(app);
  await app.listen(config.port, config.host);
  announce(app, config);
}

function announce(app: NestFastifyApplication, config: AppConfig): void {
  const { publicUrl, nodeEnv } = config;
  if (nodeEnv === 'production' && !publicUrl.startsWith('https:')) {
    new Logger('Start').warn('PUBLIC_URL is not https: cookies and keys travel in the clear.');
  }
  const address = app.getHttpServer().address() as { port: number };
  const base = config.port === 0 ? `http://localhost:${address.port}` : publicUrl;
  process.stdout.write(
    `\n  Console  ${base}/api-keys\n  API      ${base}/api/v1\n  Docs     ${base}${DOCS_PATH}\n\n`,
  );
}

/** Not ready any more, no new connections, what runs is finished, then the end: contract.md, section 7. */
function stopOnSignals(app: NestFastifyApplication): void {
  const stop = async (): Promise<void> => {
    app.get(ReadinessService).stop();
    const server = app.getHttpServer();
    // A connection that is busy now is idle once it got its answer, and clients keep idle ones for long.
    setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS).unref();
    setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
    setTimeout(() => process.exit(0), STOP_MS).unref();
    await app.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop().catch(fail));
  stopWithShell(() => void stop().catch(fail));
}

/** Trap: a signal to `npm start` ends npm and the shell that it put in between, but never gets here. */
function stopWithShell(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] !== 'start') return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    stop();
  }, 250).unref();
}

function fail(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof ConfigError ? message : `The server cannot run: ${message}`}\n`);
  process.exit(1);
}

start().catch(fail);
