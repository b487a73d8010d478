import { Global, Module } from '@nestjs/common';
import { ErrorLogger } from './error.logger.js';

/** Provides a single `ErrorLogger` for the whole process, because it counts the log lines that it suppresses. */
@Global()
@Module({ providers: [ErrorLogger], exports: [ErrorLogger] })
export class ErrorLoggerModule {}
