import { Module } from '@nestjs/common';
import { RouteAccessReader } from './route-access.reader.js';

/** Provides `RouteAccessReader`, with which guards find out who may use a route. */
@Module({ providers: [RouteAccessReader], exports: [RouteAccessReader] })
export class AccessModule {}
