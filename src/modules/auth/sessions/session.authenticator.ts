import { Injectable } from '@nestjs/common';
import type { AddressPolicyName, AuthOutcome } from '../../../common/access/index.js';
import type { AppError } from '../../../common/errors/index.js';
import { addressLimitKey, type HttpRequest } from '../../../common/http/index.js';
import { Settings } from '../../../settings/index.js';
import { ACCOUNT_SUSPENDED } from '../../users/index.js';
import { CREDENTIALS_MISSING, SESSION_EXPIRED } from '../auth.errors.js';
import { readSessionCookie } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';

/** Somebody without a credential, or with one that says nothing: the call counts at the address. */
export const nobody = (
  request: HttpRequest,
  refusal: AppError | null,
  policy: AddressPolicyName = 'anonymous',
): AuthOutcome => ({
  countsIn: { policy, subject: addressLimitKey(request) },
  principal: null,
  apiKeyId: null,
  refusal,
});

/** Finds out who calls with a session cookie. */
@Injectable()
export class SessionAuthenticator {
  constructor(
    private readonly sessions: SessionsService,
    private readonly settings: Settings,
  ) {}

  async authenticate(request: HttpRequest): Promise<AuthOutcome> {
    const token = readSessionCookie(this.settings, request.headers.cookie);
    if (token === null) return nobody(request, CREDENTIALS_MISSING.create());
    const found = await this.sessions.find(token);
    if (!found) return nobody(request, SESSION_EXPIRED.create());

    const { session, user } = found;
    const countsIn = { policy: 'session', subject: user.id } as const;
    if (user.status === 'suspended')
      return { countsIn, principal: null, apiKeyId: null, refusal: ACCOUNT_SUSPENDED.create() };
    const { role, hasTemporaryPassword } = user;
    const principal = {
      method: 'session',
      userId: user.id,
      role,
      neededRoles: null,
      sessionId: session.id,
      hasTemporaryPassword,
    } as const;
    return { countsIn, principal, apiKeyId: null, refusal: null };
  }
}
