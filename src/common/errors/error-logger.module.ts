import { Global, Module } from '@nestjs/common';
import { ErrorLogger } from './error.logger.js';

/** Provides one logger for the whole process, because the logger counts the lines that it suppresses. */
@Global()
@Module({ providers: [ErrorLogger], exports: [ErrorLogger] })
export class ErrorLoggerModule {}
