import type { ExecutionContext } from '@nestjs/common';
import type { RouteTarget } from './controller-routes.js';

/** What follows from a route alone, found out once a route. Hot path: every guard asks for it. */
export class PerRoute<T extends object | null> {
  /** By handler, and by controller too, because several classes can inherit a handler. */
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
