import { operationId, routeName, type RouteTarget } from '../../common/http/index.js';
import { RESERVED_NAMES, routePolicy, type Policy } from './policies.js';

// These are the metadata keys of @nestjs/throttler, which doesn't export them. Its own guard silently ignores window
// names that are not in its module's options, so this file reads the decorators itself.
const LIMIT = 'THROTTLER:LIMIT';
const TTL = 'THROTTLER:TTL';
const SKIP = 'THROTTLER:SKIP';
const UNSUPPORTED = {
  'THROTTLER:BLOCK_DURATION': 'blockDuration',
  'THROTTLER:TRACKER': 'getTracker',
  'THROTTLER:KEY_GENERATOR': 'generateKey',
};
/** `@Throttle()` and `@SkipThrottle()` use this name if a route doesn't choose another. */
const DEFAULT = 'default';
/** The metadata key of `@ApiOperation()`, which can set the id of the operation. */
const API_OPERATION = 'swagger/apiOperation';
const NAME = /^[\w.-]{1,64}$/;

const namesAt = (target: object): string[] =>
  Reflect.getMetadataKeys(target)
    .map(String)
    .filter((key) => key.startsWith(LIMIT))
    .map((key) => key.slice(LIMIT.length));

/**
 * Returns whether the `@SkipThrottle()` of a class or method skips the window with this name, or `undefined` if it
 * doesn't mention the window. A bare `@SkipThrottle()` skips all windows.
 */
const skips = (target: object, name: string): boolean | undefined =>
  (Reflect.getMetadata(SKIP + name, target) ?? Reflect.getMetadata(SKIP + DEFAULT, target)) as
    boolean | undefined;

/**
 * Returns whether a bare `@SkipThrottle()` applies to the route. The method's decorators override those of its class,
 * so a method with its own `@Throttle()` ignores the `@SkipThrottle()` of its class.
 */
export function skipsAllWindows({ handler, controller }: RouteTarget): boolean {
  return skips(handler, DEFAULT) ?? (namesAt(handler).length === 0 && (skips(controller, DEFAULT) ?? false));
}

/**
 * Returns the route's own windows from `@Throttle()`, without those that `@SkipThrottle()` removes. The method's
 * decorators override those of its class.
 * Throws if a window has an invalid name, limit or length, or an unsupported option.
 */
export function routeWindows(route: RouteTarget): Policy[] {
  const { handler, controller } = route;
  const own = namesAt(handler);
  const inherited = namesAt(controller).filter((name) => !own.includes(name));
  return [
    ...inherited
      .filter((name) => !(skips(handler, name) ?? skips(controller, name)))
      .map((name) => windowOf(route, controller, name)),
    ...own.filter((name) => !skips(handler, name)).map((name) => windowOf(route, handler, name)),
  ];
}

function windowOf(route: RouteTarget, target: object, name: string): Policy {
  const said = (key: string): unknown => Reflect.getMetadata(key + name, target);
  const [limit, ttl] = [said(LIMIT), said(TTL)];
  for (const [key, option] of Object.entries(UNSUPPORTED)) {
    if (said(key) !== undefined) throw mistake(route, name, `${option} is not supported`);
  }
  if (!isWhole(limit) || limit < 1) throw mistake(route, name, 'limit must be a whole number of at least 1');
  if (!isWhole(ttl) || ttl < 1_000 || ttl % 1_000 !== 0)
    throw mistake(route, name, 'ttl must be a positive multiple of 1000 milliseconds');
  if (name !== DEFAULT && !NAME.test(name))
    throw mistake(
      route,
      name,
      'the name can contain only letters, digits and the characters . _ - and can have at most 64 characters',
    );
  if (RESERVED_NAMES.has(name)) throw mistake(route, name, 'this name is reserved for a built-in policy');
  return routePolicy(routeName(route), name === DEFAULT ? operationIdOf(route) : name, limit, ttl / 1_000);
}

const isWhole = (value: unknown): value is number => Number.isInteger(value);

/** Returns the operation's id in the OpenAPI document. */
function operationIdOf({ handler, controller }: RouteTarget): string {
  const operation = Reflect.getMetadata(API_OPERATION, handler) as { operationId?: string } | undefined;
  return operation?.operationId ?? operationId(controller.name, handler.name);
}

const mistake = (route: RouteTarget, name: string, what: string): Error =>
  new Error(`@Throttle() on ${routeName(route)} has an invalid window "${name}": ${what}.`);
