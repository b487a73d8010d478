import { Injectable, type ExecutionContext, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer, Reflector } from '@nestjs/core';
import { controllerRoutes, PerRouteCache, routeName, type RouteTarget } from '../http/index.js';
import { ACCESS_METADATA } from './access.decorators.js';
import { describeWidening, type RouteAccess } from './access-rule.js';

/** Finds the access rule of a route. */
@Injectable()
export class RouteAccessReader implements OnModuleInit {
  private readonly rules = new PerRouteCache<RouteAccess | null>(
    ({ handler, controller }) =>
      this.reflector.getAllAndOverride<RouteAccess | undefined>(ACCESS_METADATA, [handler, controller]) ??
      null,
  );

  constructor(
    private readonly reflector: Reflector,
    private readonly modules: ModulesContainer,
  ) {}

  /**
   * Throws an error if a controller method admits callers that the rule of its class rejects, because that is usually a
   * mistake.
   */
  onModuleInit(): void {
    for (const route of controllerRoutes(this.modules)) this.assertNarrow(route);
  }

  /** Returns the access rule of the method or, if it has none, of its class. Returns `null` if neither has a rule. */
  of(context: ExecutionContext): RouteAccess | null {
    return this.rules.of(context);
  }

  get({ handler, controller }: RouteTarget): RouteAccess | null {
    return this.rules.get(handler, controller);
  }

  private assertNarrow(route: RouteTarget): void {
    const ofMethod = this.reflector.get<RouteAccess | undefined>(ACCESS_METADATA, route.handler);
    const ofClass = this.reflector.get<RouteAccess | undefined>(ACCESS_METADATA, route.controller);
    const widening = ofMethod && ofClass && describeWidening(ofMethod, ofClass);
    if (!widening) return;
    throw new Error(
      `${routeName(route)} allows callers that its class rejects: ${widening}. ` +
        'A method can only be stricter than its class. To allow more callers on one method, put the access rules on the methods instead of on the class.',
    );
  }
}
