import type { FastifyInstance } from 'fastify';
import Router from 'find-my-way';

/** The maximum length of a path parameter. No request line is this long, so no parameter is too long to match. */
export const MAX_PARAM_LENGTH = 16_384;

/**
 * Finds the HTTP methods that a path supports. This class has its own router, which is used only after Fastify's router
 * has found no route. So it does not slow down other requests.
 */
export class RouteMethods {
  private readonly router = Router({ maxParamLength: MAX_PARAM_LENGTH });
  private readonly methods = new Set<Router.HTTPMethod>();

  /** Records all routes that are added to the server from now on. */
  constructor(server: FastifyInstance) {
    server.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) this.add(each as Router.HTTPMethod, url);
    });
  }

  /** Returns the HTTP methods of all routes that match a URL. The list is empty if no route matches. */
  at(url: string): string[] {
    return [...this.methods].filter((method) => this.router.find(method, url) !== null);
  }

  private add(method: Router.HTTPMethod, pattern: string): void {
    this.methods.add(method);
    this.router.on(method, pattern, () => undefined);
  }
}
