import { Injectable } from '@nestjs/common';
import { unauthenticated, type AuthOutcome, type SessionPrincipal } from '../../../common/access/index.js';
import type { HttpRequest } from '../../../common/http/index.js';
import { Settings } from '../../../settings/index.js';
import { ACCOUNT_SUSPENDED } from '../../users/index.js';
import { CREDENTIALS_MISSING, SESSION_EXPIRED } from '../auth.errors.js';
import { readSessionCookie } from './session-cookie.js';
import { SessionsService, type LiveSession } from './sessions.service.js';

/** Authenticates users by their session cookie. */
@Injectable()
export class SessionAuthenticator {
  constructor(
    private readonly sessions: SessionsService,
    private readonly settings: Settings,
  ) {}

  async authenticate(request: HttpRequest): Promise<AuthOutcome> {
    const token = readSessionCookie(this.settings, request.headers.cookie);
    if (token === null) return unauthenticated(CREDENTIALS_MISSING.create());
    const found = await this.sessions.find(token);
    if (!found) return unauthenticated(SESSION_EXPIRED.create());

    const { user } = found;
    if (user.status === 'suspended')
      return { ...unauthenticated(ACCOUNT_SUSPENDED.create()), userId: user.id };
    return { principal: toPrincipal(found), userId: user.id, apiKeyId: null, denial: null };
  }

  /**
   * Returns the user of a request on a route that needs no session, or `null` if the request has no live session of an
   * active user. This doesn't count as use of the session.
   */
  async peek(request: HttpRequest): Promise<SessionPrincipal | null> {
    const token = readSessionCookie(this.settings, request.headers.cookie);
    const found = token === null ? null : await this.sessions.peek(token);
    return found?.user.status === 'active' ? toPrincipal(found) : null;
  }
}

const toPrincipal = ({ session, user }: LiveSession): SessionPrincipal => ({
  method: 'session',
  userId: user.id,
  role: user.role,
  neededRoles: null,
  sessionId: session.id,
  hasTemporaryPassword: user.hasTemporaryPassword,
});
