import type { FastifyInstance } from 'fastify';
import Router from 'find-my-way';

/** An id in a path may be as long as a request line. */
export const MAX_PARAM_LENGTH = 16_384;

/**
 * Which methods each path has. It is asked only when the server's own router found nothing, so that requests with
 * a route pay nothing for it.
 */
export class RouteMethods {
  private readonly router = Router({ maxParamLength: MAX_PARAM_LENGTH });
  private readonly methods = new Set<Router.HTTPMethod>();

  /** Notes the routes that are added from now on. */
  constructor(server: FastifyInstance) {
    server.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) this.add(each as Router.HTTPMethod, url);
    });
  }

  /** The methods that have a route for a URL, whatever ids are in it; none when nothing is there. */
  at(url: string): string[] {
    return [...this.methods].filter((method) => this.router.find(method, url) !== null);
  }

  private add(method: Router.HTTPMethod, pattern: string): void {
    this.methods.add(method);
    this.router.on(method, pattern, () => undefined);
  }
}
