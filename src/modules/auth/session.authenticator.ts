import { Injectable } from '@nestjs/common';
import type { AddressPolicyName, Caller } from '../../common/access/index.js';
import type { AppError } from '../../common/errors/index.js';
import { addressBudget, type IncomingCall } from '../../common/http/index.js';
import { AppConfig } from '../../config/index.js';
import { ACCOUNT_SUSPENDED } from '../users/index.js';
import { CREDENTIALS_MISSING, SESSION_EXPIRED } from './auth.errors.js';
import { readSessionCookie } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';

/** Somebody without a credential, or with one that says nothing: the call counts at the address. */
export const nobody = (
  call: IncomingCall,
  refusal: AppError | null,
  policy: AddressPolicyName = 'anonymous',
): Caller => ({
  countsIn: { policy, subject: addressBudget(call) },
  principal: null,
  apiKeyId: null,
  refusal,
});

/** Finds out who calls with a session cookie. */
@Injectable()
export class SessionAuthenticator {
  constructor(
    private readonly sessions: SessionsService,
    private readonly config: AppConfig,
  ) {}

  async authenticate(call: IncomingCall): Promise<Caller> {
    const token = readSessionCookie(this.config, call.headers.cookie);
    if (token === null) return nobody(call, CREDENTIALS_MISSING.create());
    const found = await this.sessions.find(token);
    if (!found) return nobody(call, SESSION_EXPIRED.create());

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
