import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { Settings } from '../settings/index.js';

const LOG_LEVELS: Record<Settings['logLevel'], LogLevel[]> = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug'],
};

/** What Nest tells about putting the app together: only of use to whoever debugs it. */
const ASSEMBLY = new Set([
  'InstanceLoader',
  'NestFactory',
  'NestApplication',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Lines for people in development, JSON in production. */
export class ServerLogger extends ConsoleLogger {
  private readonly isQuiet: boolean;

  constructor({ logLevel, nodeEnv }: Pick<Settings, 'logLevel' | 'nodeEnv'>) {
    super({ json: nodeEnv === 'production', logLevels: LOG_LEVELS[logLevel] });
    this.isQuiet = logLevel !== 'debug';
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (this.isQuiet && ASSEMBLY.has(String(rest.at(-1)))) return;
    super.log(message, ...rest);
  }
}
