import { Get, Param, Post } from '@nestjs/common';
import { CurrentSession, SessionOnly, type SessionPrincipal } from '../../../common/access/index.js';
import { NOT_FOUND } from '../../../common/errors/index.js';
import { Settings } from '../../../settings/index.js';
import { sessionCookie, SessionsService } from '../../auth/index.js';
import { nullOnError } from '../forms/form-result.js';
import { SeeOther } from '../rendering/page.js';
import { Pages } from '../rendering/pages.decorator.js';

/** Ends sessions of the user. The account page lists the sessions. */
@SessionOnly()
@Pages('/account/sessions')
export class SessionPagesController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly settings: Settings,
  ) {}

  /** Shows the account page, for example if the user had to sign in again to end the other sessions. */
  @Get('revoke-others')
  showAfterEndingOthers(): SeeOther {
    return new SeeOther('/account');
  }

  /** Does the same for a single session. */
  @Get(':id/end')
  showAfterEndingOne(): SeeOther {
    return new SeeOther('/account');
  }

  @Post('revoke-others')
  async endOthers(@CurrentSession() caller: SessionPrincipal): Promise<SeeOther> {
    await this.sessions.endOthers(caller);
    return new SeeOther('/account', { notice: { code: 'othersSignedOut' } });
  }

  @Post(':id/end')
  async endOne(@CurrentSession() caller: SessionPrincipal, @Param('id') id: string): Promise<SeeOther> {
    // If the session has already ended, the user has what they want.
    await nullOnError(NOT_FOUND, this.sessions.endOne(caller, id));
    if (id === caller.sessionId)
      return new SeeOther('/sign-in', { cookies: [sessionCookie(this.settings, null)] });
    return new SeeOther('/account', { notice: { code: 'sessionSignedOut' } });
  }
}
