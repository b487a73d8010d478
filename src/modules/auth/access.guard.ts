import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import {
  type AuthOutcome,
  type RouteAccess,
  RouteAccessReader,
  getGuardedRequest,
} from '../../common/access/index.js';
import { FORBIDDEN, type AppError } from '../../common/errors/index.js';
import { UsageRecorder } from '../usage/index.js';
import { forbiddenWithout, PASSWORD_CHANGE_REQUIRED } from './auth.errors.js';

/** Lets through whoever the route's access decorator allows. A route without one is closed to everybody. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly access: RouteAccessReader,
    private readonly usage: UsageRecorder,
  ) {}

  /** Throws what authentication left to refuse, `password_change_required` and `forbidden`. */
  canActivate(context: ExecutionContext): boolean {
    const access = this.access.of(context);
    if (access?.isPublic) return true;
    const request = getGuardedRequest(context);
    const { auth } = request;
    const refusal = refusalOf(auth, access);
    if (auth && auth.apiKeyId !== null) this.usage.count(auth.apiKeyId, refusal ? 'denied' : 'accepted');
    if (refusal) throw refusal;
    // Only where it says something, as keys share their principal between calls.
    if (access?.roles && auth?.principal)
      request.auth = { ...auth, principal: { ...auth.principal, neededRoles: access.roles } };
    return true;
  }
}

/** Why the caller may not use the route, or `null`. */
function refusalOf(caller: AuthOutcome | undefined, access: RouteAccess | null): AppError | null {
  if (caller?.refusal) return caller.refusal;
  const principal = caller?.principal;
  if (!access || !principal) return FORBIDDEN.create();

  if (principal.method === 'session' && principal.hasTemporaryPassword && !access.allowsTemporaryPassword) {
    return PASSWORD_CHANGE_REQUIRED.create();
  }
  if (!access.methods.includes(principal.method)) {
    return FORBIDDEN.create({
      detail: "Only a signed-in user can do this, an API key can't. Sign in and try again.",
    });
  }
  if (access.roles && !access.roles.includes(principal.role)) {
    return forbiddenWithout(access.roles);
  }
  return null;
}
