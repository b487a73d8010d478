import { Module } from '@nestjs/common';
import { RouteAccessReader } from './route-access.reader.js';

/** Tells the guards who may use a route. */
@Module({ providers: [RouteAccessReader], exports: [RouteAccessReader] })
export class AccessModule {}
