import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import {
  type AuthOutcome,
  type RouteAccess,
  RouteAccessReader,
  getGuardedRequest,
} from '../../common/access/index.js';
import { FORBIDDEN, type AppError } from '../../common/errors/index.js';
import { forbiddenWithoutRole, PASSWORD_CHANGE_REQUIRED } from './auth.errors.js';

/** Admits the callers that the route's access decorator allows. A route without a decorator is closed to everybody. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly access: RouteAccessReader) {}

  /**
   * Throws the error that authentication found. Otherwise, throws `password_change_required` or `forbidden` if the
   * caller may not use the route.
   */
  canActivate(context: ExecutionContext): boolean {
    const access = this.access.of(context);
    if (access?.isPublic) return true;
    const request = getGuardedRequest(context);
    const { auth } = request;
    const denial = denialOf(auth, access);
    if (denial) throw denial;
    // The principal is copied, because requests with the same key share it. Only routes with roles need the copy.
    if (access?.roles && auth?.principal)
      request.auth = { ...auth, principal: { ...auth.principal, neededRoles: access.roles } };
    return true;
  }
}

/** Returns the error for a caller who may not use the route, or `null`. */
function denialOf(auth: AuthOutcome | undefined, access: RouteAccess | null): AppError | null {
  if (auth?.denial) return auth.denial;
  const principal = auth?.principal;
  if (!access || !principal) return FORBIDDEN.create();

  if (principal.method === 'session' && principal.hasTemporaryPassword && !access.allowsTemporaryPassword) {
    return PASSWORD_CHANGE_REQUIRED.create();
  }
  if (!access.methods.includes(principal.method)) {
    return FORBIDDEN.create({
      detail: "An API key can't be used for this request. Sign in and try again.",
    });
  }
  if (access.roles && !access.roles.includes(principal.role)) {
    return forbiddenWithoutRole(access.roles);
  }
  return null;
}
