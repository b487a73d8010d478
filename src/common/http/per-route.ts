import type { ExecutionContext } from '@nestjs/common';
import type { RouteTarget } from './controller-routes.js';

/**
 * Caches a value that depends only on the route, so that it is computed only once for each route. Hot path: every guard
 * reads such a value for every request.
 */
export class PerRouteCache<T extends object | null> {
  /**
   * The cached values, first by handler and then by controller, because several controllers can inherit the same
   * handler.
   */
  private readonly found = new WeakMap<RouteTarget['handler'], Map<RouteTarget['controller'], T>>();

  constructor(private readonly find: (route: RouteTarget) => T) {}

  of(context: ExecutionContext): T {
    return this.get(context.getHandler(), context.getClass());
  }

  get(handler: RouteTarget['handler'], controller: RouteTarget['controller']): T {
    const byController = this.found.get(handler);
    const known = byController?.get(controller);
    if (known !== undefined) return known;
    const value = this.find({ handler, controller });
    if (byController) byController.set(controller, value);
    else this.found.set(handler, new Map([[controller, value]]));
    return value;
  }
}
