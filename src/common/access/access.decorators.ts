import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { RouteAccess } from './access-rule.js';
import type { Role } from './role.js';

export const ACCESS = Symbol('access');

/** Where the OpenAPI document finds the rule. It is removed before the document is served. */
export const ACCESS_EXTENSION = 'x-access';

type Options = Partial<Pick<RouteAccess, 'allowsTemporaryPassword' | 'roles'>>;
type PublicOptions = Partial<Pick<RouteAccess, 'isCounted' | 'policy'>>;

/** Throws at load when the class or method has a rule already: only one of them could be in force. */
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
  const decorate = applyDecorators(SetMetadata(ACCESS, complete), ApiExtension(ACCESS_EXTENSION, complete));
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const decorated = (descriptor?.value ?? target) as object;
    if (Reflect.hasOwnMetadata(ACCESS, decorated)) throw new Error(twoRules(target, key));
    decorate(target as () => void, key, descriptor);
  };
}

function twoRules(target: object, key: string | symbol | undefined): string {
  const name =
    key === undefined ? (target as { name: string }).name : `${target.constructor.name}.${String(key)}`;
  return `${name} has two access rules. Say it in one decorator, for example @SessionOnly({ roles: ['admin'] }).`;
}

/** Open to everybody. Credentials are not read. */
export const Public = (options: PublicOptions = {}) => access({ ...options, isPublic: true });

/** Open to every user with a session and every program with a key. */
export const AnyCaller = (options: Options = {}) => access(options);

/** Open to sessions only. A key is denied with `forbidden`. */
export const SessionOnly = (options: Options = {}) => access({ ...options, methods: ['session'] });

/** Open to callers whose user has one of the roles now, by session or by key. */
export const Roles = (...roles: Role[]) => access({ roles });
