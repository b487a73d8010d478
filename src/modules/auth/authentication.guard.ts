import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { RouteAccessReader, type Caller } from '../../common/access/index.js';
import { callOf, type IncomingCall } from '../../common/http/index.js';
import { ApiKeyAuthenticator } from './api-key.authenticator.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { nobody, SessionAuthenticator } from './session.authenticator.js';

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
    const call = callOf(context);
    const access = this.access.of(context);
    if (access?.isPublic) {
      if (access.isCounted) call.caller = nobody(call, null, access.policy);
      return true;
    }
    const presented = call.headers['x-api-key'];
    if (typeof presented !== 'string' || presented === '') return this.authenticateSession(call);
    const known = this.keys.recognise(presented);
    if (!known) return super.canActivate(context) as Promise<boolean>;
    call.caller = known;
    return true;
  }

  private async authenticateSession(call: IncomingCall): Promise<boolean> {
    call.caller = await this.sessions.authenticate(call);
    return true;
  }

  /** Takes what the strategy found out. */
  override handleRequest<T = Caller>(
    error: unknown,
    caller: Caller,
    _info: unknown,
    context: ExecutionContext,
  ): T {
    if (error) throw error as Error;
    callOf(context).caller = caller;
    return caller as T;
  }
}
