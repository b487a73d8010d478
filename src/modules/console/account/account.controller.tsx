import { Body, Get, Post, Query, Req } from '@nestjs/common';
import { SliceQuery, toListDto } from '../../../common/pagination/index.js';
import { CurrentPrincipal, SessionOnly, type SessionPrincipal } from '../../../common/access/index.js';
import { type HttpRequest } from '../../../common/http/index.js';
import { Settings } from '../../../settings/index.js';
import {
  SignInService,
  ChangePasswordDto,
  sessionCookie,
  SessionsService,
  UpdateMeDto,
  clientInfoOf,
} from '../../auth/index.js';
import { UsersService } from '../../users/index.js';
import { filledIn, refusalOf, textOf, validated, type FormBody } from '../page/forms.js';
import { safeNext } from '../page/next.js';
import { Page, SeeOther, withQuery } from '../page/page.js';
import { Pages } from '../page/pages.decorator.js';
import { AccountPage, noticeOf, type AccountPageProps, type SessionList } from './account.page.js';
import { PasswordPage } from './password.page.js';

const NO_SESSIONS: SessionList = { data: [], nextCursor: null };

/** What a person may change of the own account. */
@SessionOnly()
@Pages('/account')
export class AccountController {
  constructor(
    private readonly users: UsersService,
    private readonly account: SignInService,
    private readonly sessions: SessionsService,
    private readonly settings: Settings,
  ) {}

  @Get()
  async show(@CurrentPrincipal() caller: SessionPrincipal, @Query() query: FormBody): Promise<Page> {
    const cursor = filledIn(query, 'cursor');
    let sessions = NO_SESSIONS;
    const refusal = await refusalOf(async () => {
      sessions = await this.sessionsOf(caller, cursor);
    });
    const content = await this.accountPage(caller, {
      sessions,
      isFirstPage: cursor === undefined,
      notice: noticeOf(textOf(query, 'notice')),
      refusal,
    });
    return refusal ? Page.refused(content, refusal) : new Page(content);
  }

  @Post()
  async rename(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const name = textOf(form, 'name');
    const refusal = await refusalOf(async () => {
      await this.users.update(caller, caller.userId, { name: (await validated(UpdateMeDto, { name })).name });
    });
    if (!refusal) return new SeeOther(withQuery('/account', { notice: 'saved' }));
    const sessions = await this.sessionsOf(caller);
    return Page.refused(await this.accountPage(caller, { sessions, name, refusal }), refusal);
  }

  @SessionOnly({ allowsTemporaryPassword: true })
  @Get('password')
  showPassword(@CurrentPrincipal() caller: SessionPrincipal, @Query() query: FormBody): Page {
    return new Page(<PasswordPage isTemporary={caller.hasTemporaryPassword} next={this.next(query)} />);
  }

  @SessionOnly({ allowsTemporaryPassword: true })
  @Post('password')
  async changePassword(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Body() form: FormBody,
    @Req() request: HttpRequest,
  ): Promise<Page | SeeOther> {
    const headers: Record<string, string> = {};
    const refusal = await refusalOf(async () => {
      const passwords = await validated(ChangePasswordDto, {
        currentPassword: textOf(form, 'currentPassword'),
        newPassword: textOf(form, 'newPassword'),
      });
      const { token } = await this.account.changePassword(
        caller,
        passwords,
        clientInfoOf(request, this.settings),
      );
      headers['Set-Cookie'] = sessionCookie(this.settings, token);
    });
    const next = this.next(form);
    if (refusal) {
      return Page.refused(
        <PasswordPage isTemporary={caller.hasTemporaryPassword} next={next} refusal={refusal} />,
        refusal,
      );
    }
    const isDone = next === '/account';
    return new SeeOther(isDone ? withQuery(next, { notice: 'password_changed' }) : next, headers);
  }

  @Get('sessions/revoke-others')
  showSessions(): SeeOther {
    return new SeeOther('/account');
  }

  @Post('sessions/revoke-others')
  async endOtherSessions(@CurrentPrincipal() caller: SessionPrincipal): Promise<SeeOther> {
    await this.sessions.endOthers(caller);
    return new SeeOther(withQuery('/account', { notice: 'others_ended' }));
  }

  private async sessionsOf(caller: SessionPrincipal, cursor?: string): Promise<SessionList> {
    const query = await validated(SliceQuery, { cursor });
    const page = await this.sessions.list(caller, SliceQuery.toRequest(query));
    return toListDto(page, (session) => session);
  }

  private async accountPage(
    caller: SessionPrincipal,
    shown: Pick<AccountPageProps, 'sessions'> & Partial<AccountPageProps>,
  ) {
    const user = await this.users.get(caller.userId);
    return <AccountPage user={user} name={user.name} currentSessionId={caller.sessionId} {...shown} />;
  }

  private next(values: FormBody): string {
    return safeNext(textOf(values, 'next') || '/account', this.settings.publicUrl);
  }
}
