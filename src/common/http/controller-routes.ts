import type { ExecutionContext, Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';

/** A controller class and one of its methods that handle requests. */
export interface RouteTarget {
  readonly controller: Type;
  readonly handler: ReturnType<ExecutionContext['getHandler']>;
}

/** Returns the name of a route for error messages, for example `OrdersController.list`. */
export const routeName = ({ controller, handler }: RouteTarget): string =>
  `${controller.name}.${handler.name}`;

/** Returns all routes of the app's controllers, for checks and preparations at startup. */
export function controllerRoutes(modules: ModulesContainer): RouteTarget[] {
  const scanner = new MetadataScanner();
  return [...modules.values()]
    .flatMap((module) => [...module.controllers.values()])
    .flatMap(({ metatype }) => {
      const controller = metatype as Type;
      const prototype = controller.prototype as Record<string, RouteTarget['handler']>;
      return scanner
        .getAllMethodNames(prototype)
        .map((method) => ({ controller, handler: prototype[method]! }))
        .filter(({ handler }) => Reflect.hasMetadata(METHOD_METADATA, handler));
    });
}
