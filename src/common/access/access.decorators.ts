import { applyDecorators, createParamDecorator, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { ExecutionContext } from '@nestjs/common';
import { getGuardedRequest } from './guarded-request.js';
import type { AddressPolicyName, Principal } from './principal.js';
import type { Role } from './role.js';

export const ACCESS = Symbol('access');

/** Who may use a route. A route without one of the decorators below is closed to everybody. */
export interface RouteAccess {
  readonly isPublic: boolean;
  /** Whether calls count in a budget: contract.md, section 5. */
  readonly isCounted: boolean;
  /** The budget of the address in which calls of a public route count. */
  readonly policy: AddressPolicyName;
  readonly methods: readonly Principal['method'][];
  readonly roles: readonly Role[] | null;
  /** Whether a person whose password is still temporary gets in. */
  readonly allowsTemporaryPassword: boolean;
}

type Options = Partial<Pick<RouteAccess, 'allowsTemporaryPassword' | 'roles'>>;
type PublicOptions = Partial<Pick<RouteAccess, 'isCounted' | 'policy'>>;

/** Where the API's description finds the rule; it is taken out before anybody sees it. */
export const ACCESS_EXTENSION = 'x-access';

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
  return applyDecorators(SetMetadata(ACCESS, complete), ApiExtension(ACCESS_EXTENSION, complete));
}

/** Open to anybody; no credential is read. */
export const Public = (options: PublicOptions = {}) => access({ ...options, isPublic: true });

/** Open to every person with a session and every program with a key. */
export const AnyCaller = (options: Options = {}) => access(options);

/** Open to people only; a key is refused with `forbidden`. */
export const SessionOnly = (options: Options = {}) => access({ ...options, methods: ['session'] });

/** Open to callers who have one of the roles now, by session or by key. */
export const Roles = (...roles: Role[]) => access({ roles });

/** Injects the caller of a route that is not public. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const { auth } = getGuardedRequest(context);
  if (!auth?.principal) throw new Error('@CurrentPrincipal() is for routes that are not public');
  return auth.principal;
});
