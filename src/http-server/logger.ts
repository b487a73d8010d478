import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { Settings } from '../settings/index.js';

const LOG_LEVELS: Record<Settings['logLevel'], LogLevel[]> = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug'],
};

/** The contexts under which Nest logs the setup of the application. These lines help only with debugging. */
const SETUP_CONTEXTS = new Set([
  'InstanceLoader',
  'NestFactory',
  'NestApplication',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Logs readable lines in development, and JSON in production. */
export class ServerLogger extends ConsoleLogger {
  private readonly skipsSetup: boolean;

  constructor({ logLevel, nodeEnv }: Pick<Settings, 'logLevel' | 'nodeEnv'>) {
    super({ json: nodeEnv === 'production', logLevels: LOG_LEVELS[logLevel] });
    this.skipsSetup = logLevel !== 'debug';
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (this.skipsSetup && SETUP_CONTEXTS.has(String(rest.at(-1)))) return;
    super.log(message, ...rest);
  }
}
