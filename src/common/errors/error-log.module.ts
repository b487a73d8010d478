import { Global, Module } from '@nestjs/common';
import { ErrorLog } from './error-log.js';

/** One log for the whole process, because it counts what it leaves out. */
@Global()
@Module({ providers: [ErrorLog], exports: [ErrorLog] })
export class ErrorLogModule {}
