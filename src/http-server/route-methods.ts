import type { FastifyInstance } from 'fastify';
import Router from 'find-my-way';

/** The maximum length of a path parameter. No request line is longer, so routes never fail to match because of it. */
export const MAX_PARAM_LENGTH = 16_384;

/**
 * Finds the methods of a path. It has its own router and is used only after the server's router found no route, so
 * other requests don't become slower.
 */
export class RouteMethods {
  private readonly router = Router({ maxParamLength: MAX_PARAM_LENGTH });
  private readonly methods = new Set<Router.HTTPMethod>();

  /** Records all routes that are added to the server after this. */
  constructor(server: FastifyInstance) {
    server.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) this.add(each as Router.HTTPMethod, url);
    });
  }

  /** The methods of the routes that match a URL. Empty when no route matches. */
  at(url: string): string[] {
    return [...this.methods].filter((method) => this.router.find(method, url) !== null);
  }

  private add(method: Router.HTTPMethod, pattern: string): void {
    this.methods.add(method);
    this.router.on(method, pattern, () => undefined);
  }
}
