import { RequestMethod, VERSION_NEUTRAL, type ExecutionContext, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, VERSION_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { DECORATORS } from '@nestjs/swagger';
import { RouteAccessReader, type RouteAccess } from '../../src/common/access/index.js';
import { PROBLEMS_EXTENSION } from '../../src/common/http/index.js';
import type { ErrorKind } from '../../src/common/errors/index.js';
import type { TestApp } from './app.js';

export interface Route {
  readonly method: string;
  /** The public path, with `{id}` for a parameter. */
  readonly path: string;
  /** The access rule from the route's decorator; `null` without one. */
  readonly access: RouteAccess | null;
  /** The errors of the route's `@ApiProblems()`. */
  readonly problems: readonly ErrorKind[];
  /** Class and method, for test messages. */
  readonly name: string;
}

/** Returns every route of the app's controllers. The app must import `DiscoveryModule`. */
export function routesOf({ nest }: TestApp): Route[] {
  const controllers = nest.get(DiscoveryService).getControllers();
  return controllers.flatMap(({ instance, metatype }) => {
    const controller = metatype as Type<object>;
    const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
    const handlers = new MetadataScanner().getAllMethodNames(prototype).map((name) => prototype[name]!);
    const isVersioned = Reflect.getMetadata(VERSION_METADATA, controller) !== VERSION_NEUTRAL;
    return handlers
      .filter((handler) => Reflect.hasMetadata(METHOD_METADATA, handler))
      .flatMap((handler) => pathsOf(controller).map((path) => [handler, path] as const))
      .map(([handler, start]): Route => {
        const parts = [start, String(Reflect.getMetadata(PATH_METADATA, handler))];
        const path = parts
          .flatMap((part) => part.split('/'))
          .filter((part) => part !== '')
          .join('/');
        const context = {
          getHandler: () => handler,
          getClass: () => controller,
        } as unknown as ExecutionContext;
        return {
          method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number]!,
          path: `${isVersioned ? '/api/v1' : ''}/${path.replace(/:(\w+)/g, '{$1}')}`,
          access: nest.get(RouteAccessReader).of(context),
          problems: problemsOf(handler),
          name: `${controller.name}.${handler.name}`,
        };
      });
  });
}

function problemsOf(handler: () => unknown): readonly ErrorKind[] {
  const extensions = Reflect.getMetadata(DECORATORS.API_EXTENSION, handler) as
    { [PROBLEMS_EXTENSION]?: readonly ErrorKind[] } | undefined;
  return extensions?.[PROBLEMS_EXTENSION] ?? [];
}

/** A controller may have several paths, for example one per language. */
const pathsOf = (controller: Type<object>): string[] =>
  [Reflect.getMetadata(PATH_METADATA, controller) as string | string[]].flat();
