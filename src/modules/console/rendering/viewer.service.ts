import { Injectable } from '@nestjs/common';
import type { GuardedRequest, Principal } from '../../../common/access/index.js';
import { UNAVAILABLE } from '../../../common/errors/index.js';
import { Settings } from '../../../settings/index.js';
import { clientInfoOf, SessionAuthenticator } from '../../auth/index.js';
import { nullOnError } from '../forms/form-result.js';

/** The user who views a page. */
export interface Viewer {
  /** The signed-in user, or `null` if nobody is signed in. Also `null` if the database is unavailable. */
  readonly principal: Principal | null;
  /** Whether the page shows the menu items of a signed-in user. */
  readonly hasSession: boolean;
}

const NOBODY: Viewer = { principal: null, hasSession: false };

/**
 * Finds out who views a page. Public pages and error pages also show the menu of a signed-in user, although they need
 * no session.
 */
@Injectable()
export class ViewerService {
  constructor(
    private readonly sessions: SessionAuthenticator,
    private readonly settings: Settings,
  ) {}

  async find(request: GuardedRequest): Promise<Viewer> {
    const authenticated = request.auth?.principal;
    if (authenticated) return { principal: authenticated, hasSession: true };
    if (!this.unverified(request).hasSession) return NOBODY;
    return (await nullOnError(UNAVAILABLE, this.peek(request))) ?? this.unverified(request);
  }

  /** Does the same as `find`, but without the database, which may be unavailable. The user can at least sign out. */
  unverified(request: GuardedRequest): Viewer {
    const { presentedToken } = clientInfoOf(request, this.settings);
    return { principal: null, hasSession: presentedToken !== null };
  }

  private async peek(request: GuardedRequest): Promise<Viewer> {
    const principal = await this.sessions.peek(request);
    return principal ? { principal, hasSession: true } : NOBODY;
  }
}
