import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import {
  type AuthOutcome,
  type GuardedRequest,
  RouteAccessReader,
  getGuardedRequest,
} from '../../common/access/index.js';
import { ApiKeyAuthenticator } from './api-key.authenticator.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { nobody, SessionAuthenticator } from './sessions/session.authenticator.js';

/**
 * Finds out who calls and notes it in `call.caller`. A key decides alone, even when it is bad; public routes
 * read no credential. What is refused for its rights is refused later, when it has been counted.
 */
@Injectable()
export class AuthenticationGuard extends AuthGuard() {
  constructor(
    strategy: ApiKeyStrategy,
    private readonly keys: ApiKeyAuthenticator,
    private readonly sessions: SessionAuthenticator,
    private readonly access: RouteAccessReader,
  ) {
    super({
      // The strategy itself instead of its name: passport's registry of names is one for the whole process.
      // Trap: passport hangs the functions that end a call on the strategy it is given, so each call needs
      // one of its own, or callers who come at the same time would get each other's identity.
      get defaultStrategy() {
        return Object.create(strategy) as string;
      },
    });
  }

  /** Answers at once for public routes and for keys that are known to be good; a promise would cost them time. */
  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = getGuardedRequest(context);
    const access = this.access.of(context);
    if (access?.isPublic) {
      if (access.isCounted) request.auth = nobody(request, null, access.policy);
      return true;
    }
    const presented = request.headers['x-api-key'];
    if (typeof presented !== 'string' || presented === '') return this.authenticateSession(request);
    const known = this.keys.recognise(presented);
    if (!known) return super.canActivate(context) as Promise<boolean>;
    request.auth = known;
    return true;
  }

  private async authenticateSession(request: GuardedRequest): Promise<boolean> {
    request.auth = await this.sessions.authenticate(request);
    return true;
  }

  /** Takes what the strategy found out. */
  override handleRequest<T = AuthOutcome>(
    error: unknown,
    caller: AuthOutcome,
    _info: unknown,
    context: ExecutionContext,
  ): T {
    if (error) throw error as Error;
    getGuardedRequest(context).auth = caller;
    return caller as T;
  }
}
