import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS, type RouteAccess } from './access.decorators.js';

/** Tells who may use a route; looked up once for each handler. */
@Injectable()
export class RouteAccessReader {
  private readonly known = new WeakMap<object, Map<object, RouteAccess | null>>();

  constructor(private readonly reflector: Reflector) {}

  /** The rule on the method, else that on its class; `null` when nobody said anything. */
  of(context: ExecutionContext): RouteAccess | null {
    const handler = context.getHandler();
    const controller = context.getClass();
    const byController = this.known.get(handler) ?? new Map<object, RouteAccess | null>();
    const known = byController.get(controller);
    if (known !== undefined) return known;
    const access =
      this.reflector.getAllAndOverride<RouteAccess | undefined>(ACCESS, [handler, controller]) ?? null;
    this.known.set(handler, byController.set(controller, access));
    return access;
  }
}
