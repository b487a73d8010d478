// Finds the pages of the console in the code, so that no benchmark forgets a new page.
import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import {
  INTERCEPTORS_METADATA,
  METHOD_METADATA,
  MODULE_METADATA,
  PATH_METADATA,
} from '@nestjs/common/constants.js';

const CONSOLE = new URL('../src/modules/console/console.module.js', import.meta.url).href;

type Handler = () => unknown;

/** Returns the paths of all GET routes of `@Pages` controllers in the default language, for example `/api-keys/:id`. */
export async function pageRoutes(): Promise<string[]> {
  const { ConsoleModule } = (await import(CONSOLE)) as { ConsoleModule: Type };
  const controllers = Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, ConsoleModule) as Type[];
  return controllers.filter(hasPages).flatMap(routesOf);
}

const hasPages = (controller: Type): boolean =>
  ((Reflect.getMetadata(INTERCEPTORS_METADATA, controller) ?? []) as Type[]).some(
    ({ name }) => name === 'PageInterceptor',
  );

function routesOf(controller: Type): string[] {
  const prototype = controller.prototype as Record<string, Handler>;
  // The first path of `@Pages` is the one of the default language.
  const [start = ''] = Reflect.getMetadata(PATH_METADATA, controller) as string[];
  return Object.getOwnPropertyNames(prototype)
    .map((name) => prototype[name]!)
    .filter((handler) => Reflect.getMetadata(METHOD_METADATA, handler) === RequestMethod.GET)
    .flatMap((handler) => Reflect.getMetadata(PATH_METADATA, handler) as string | string[])
    .map((path) => `${start}/${path}`.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, ''));
}
