import { Injectable } from '@nestjs/common';
import { unauthenticated, type AuthOutcome } from '../../../common/access/index.js';
import type { HttpRequest } from '../../../common/http/index.js';
import { Settings } from '../../../settings/index.js';
import { ACCOUNT_SUSPENDED } from '../../users/index.js';
import { CREDENTIALS_MISSING, SESSION_EXPIRED } from '../auth.errors.js';
import { readSessionCookie } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';

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

    const { session, user } = found;
    if (user.status === 'suspended')
      return { ...unauthenticated(ACCOUNT_SUSPENDED.create()), userId: user.id };
    const principal = {
      method: 'session',
      userId: user.id,
      role: user.role,
      neededRoles: null,
      sessionId: session.id,
      hasTemporaryPassword: user.hasTemporaryPassword,
    } as const;
    return { principal, userId: user.id, apiKeyId: null, denial: null };
  }
}
