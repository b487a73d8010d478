import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { RouteAccessReader, type Caller, type RouteAccess } from '../../common/access/index.js';
import { FORBIDDEN, type AppError } from '../../common/errors/index.js';
import { callOf } from '../../common/http/index.js';
import { UsageRecorder } from '../usage/index.js';
import { PASSWORD_CHANGE_REQUIRED } from './auth.errors.js';

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
    const { caller } = callOf(context);
    const refusal = refusalOf(caller, access);
    if (caller && caller.apiKeyId !== null)
      this.usage.count(caller.apiKeyId, refusal ? 'denied' : 'accepted');
    if (refusal) throw refusal;
    return true;
  }
}

/** Why the caller may not use the route, or `null`. */
function refusalOf(caller: Caller | undefined, access: RouteAccess | null): AppError | null {
  if (caller?.refusal) return caller.refusal;
  const principal = caller?.principal;
  if (!access || !principal) return FORBIDDEN.create();

  if (principal.method === 'session' && principal.hasTemporaryPassword && !access.allowsTemporaryPassword) {
    return PASSWORD_CHANGE_REQUIRED.create();
  }
  if (!access.methods.includes(principal.method)) {
    return FORBIDDEN.create({ detail: 'Only a signed-in person may do this, not a key.' });
  }
  if (access.roles && !access.roles.includes(principal.role)) {
    return FORBIDDEN.create({ detail: `Only users with the role ${access.roles.join(' or ')} may do this.` });
  }
  return null;
}
