import { Module } from '@nestjs/common';
import { RouteAccessReader } from './route-access.reader.js';

/** Provides the reader that tells the guards who may use a route. */
@Module({ providers: [RouteAccessReader], exports: [RouteAccessReader] })
export class AccessModule {}
