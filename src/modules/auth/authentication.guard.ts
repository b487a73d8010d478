import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AuthGuard, type AuthGuardAuthenticateOptions } from '@nestjs/passport';
import {
  unauthenticated,
  RouteAccessReader,
  getGuardedRequest,
  type GuardedRequest,
} from '../../common/access/index.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { SessionAuthenticator } from './sessions/session.authenticator.js';

/**
 * Finds out who makes the request and sets `request.auth`. If the request contains an API key, the guard ignores the
 * session, even if the key is invalid. On public routes, it reads neither. If a known key or a session is denied,
 * `request.auth` contains the error, and the access guard throws it later.
 */
@Injectable()
export class AuthenticationGuard extends AuthGuard('api-key') {
  constructor(
    private readonly apiKeys: ApiKeyStrategy,
    private readonly sessions: SessionAuthenticator,
    private readonly access: RouteAccessReader,
  ) {
    // Passport stores the result of the strategy in `request.auth`.
    super({ property: 'auth' satisfies keyof GuardedRequest });
  }

  override getAuthenticateOptions(): AuthGuardAuthenticateOptions {
    return { strategy: this.apiKeys };
  }

  /** This is a hot path. So for public routes and verified keys, it returns no promise, which would take time. */
  override canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    const request = getGuardedRequest(context);
    if (this.access.of(context)?.isPublic) {
      request.auth = unauthenticated(null);
      return true;
    }
    const presented = request.headers['x-api-key'];
    if (typeof presented !== 'string' || presented === '') return this.authenticateSession(request);
    const cached = this.apiKeys.fromCache(presented);
    if (!cached) return super.canActivate(context);
    request.auth = cached;
    return true;
  }

  private async authenticateSession(request: GuardedRequest): Promise<boolean> {
    request.auth = await this.sessions.authenticate(request);
    return true;
  }
}
