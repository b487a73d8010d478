import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { RouteAccess } from './access-rule.js';
import type { Role } from './role.js';

export const ACCESS_METADATA = Symbol('access');

/**
 * The OpenAPI extension that carries the access rule of an operation to the OpenAPI generator. The generator removes it
 * before the document is served.
 */
export const ACCESS_EXTENSION = 'x-access';

type Options = Partial<Pick<RouteAccess, 'allowsTemporaryPassword' | 'roles'>>;
type PublicOptions = Partial<Pick<RouteAccess, 'isCounted' | 'policy'>>;

/**
 * Creates a decorator that sets the access rule of a class or method. If the class or method already has a rule, the
 * decorator throws an error when the class is loaded, because only one rule can take effect.
 */
function access(rule: Partial<RouteAccess>): MethodDecorator & ClassDecorator {
  const complete: RouteAccess = {
    isPublic: false,
    isCounted: true,
    policy: 'anonymous',
    methods: ['session', 'api_key'],
    roles: null,
    allowsTemporaryPassword: false,
    ...rule,
  };
  const decorate = applyDecorators(
    SetMetadata(ACCESS_METADATA, complete),
    ApiExtension(ACCESS_EXTENSION, complete),
  );
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const decorated = (descriptor?.value ?? target) as object;
    if (Reflect.hasOwnMetadata(ACCESS_METADATA, decorated)) throw new Error(twoRules(target, key));
    decorate(target as () => void, key, descriptor);
  };
}

function twoRules(target: object, key: string | symbol | undefined): string {
  const name =
    key === undefined ? (target as { name: string }).name : `${target.constructor.name}.${String(key)}`;
  return `${name} has two access rules. Combine them in one decorator, for example @SessionOnly({ roles: ['admin'] }).`;
}

/** Lets everyone use the route. The server doesn't authenticate the requests. */
export const Public = (options: PublicOptions = {}) => access({ ...options, isPublic: true });

/** Lets every user with a session and every program with an API key use the route. */
export const Authenticated = (options: Options = {}) => access(options);

/** Lets only users with a session use the route. Requests with an API key are rejected with `forbidden`. */
export const SessionOnly = (options: Options = {}) => access({ ...options, methods: ['session'] });

/** Lets only users who currently have one of the given roles use the route, with a session or an API key. */
export const Roles = (...roles: Role[]) => access({ roles });
