import { Global, Module } from '@nestjs/common';
import { ErrorLogger } from './error.logger.js';

/** Provides one log for the whole process, because the log counts suppressed lines. */
@Global()
@Module({ providers: [ErrorLogger], exports: [ErrorLogger] })
export class ErrorLoggerModule {}
