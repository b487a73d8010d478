import { Injectable, type ExecutionContext, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { RouteAccessReader, type AddressPolicyName } from '../../common/access/index.js';
import { controllerRoutes, PerRouteCache, routeName, type RouteTarget } from '../../common/http/index.js';
import type { Policy } from './policies.js';
import { routeWindows, skipsAllWindows } from './throttle-metadata.js';

/** The budgets in which requests to a route are counted. */
export interface RouteLimits {
  readonly isCounted: boolean;
  /** The policy for requests without a valid credential, which are counted by address. */
  readonly ofAddress: AddressPolicyName;
  /** The route's own windows from `@Throttle()`. */
  readonly windows: readonly Policy[];
}

/** Reads `@Throttle()` and `@SkipThrottle()` once for each route. It does so at startup to report mistakes early. */
@Injectable()
export class RouteLimitsReader implements OnModuleInit {
  private readonly limits = new PerRouteCache<RouteLimits>((route) => this.read(route));

  constructor(
    private readonly access: RouteAccessReader,
    private readonly modules: ModulesContainer,
  ) {}

  /** Throws if a route's own window is invalid, or if one window name has two different limits. */
  onModuleInit(): void {
    const firstWith = new Map<string, { shown: string; route: RouteTarget }>();
    for (const route of controllerRoutes(this.modules)) {
      for (const { name, shown } of this.limits.get(route.handler, route.controller).windows) {
        const first = firstWith.get(name) ?? { shown, route };
        firstWith.set(name, first);
        if (first.shown === shown) continue;
        throw new Error(
          `@Throttle() sets two different limits with the name "${name}", on ${routeName(first.route)} and ` +
            `on ${routeName(route)}. Use the same limit, or two different names.`,
        );
      }
    }
  }

  of(context: ExecutionContext): RouteLimits {
    return this.limits.of(context);
  }

  private read(route: RouteTarget): RouteLimits {
    const access = this.access.get(route);
    const windows = routeWindows(route);
    const isCounted = !access?.isPublic || (access.isCounted && !skipsAllWindows(route));
    return { isCounted, ofAddress: access?.policy ?? 'anonymous', windows };
  }
}
