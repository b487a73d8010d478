import { Body, Get, Post, Query, Req } from '@nestjs/common';
import { SliceQuery, toListDto } from '../../../common/pagination/index.js';
import { CurrentSession, SessionOnly, type SessionPrincipal } from '../../../common/access/index.js';
import { type HttpRequest } from '../../../common/http/index.js';
import { Settings } from '../../../settings/index.js';
import {
  SignInService,
  NewPasswordDto,
  sessionCookie,
  SessionsService,
  UpdateMeDto,
  clientInfoOf,
} from '../../auth/index.js';
import { UsersService, WRONG_PASSWORD } from '../../users/index.js';
import { textOf, type FormBody } from '../forms/form-body.js';
import { runForm, validateForm } from '../forms/form-result.js';
import { safeNextPath } from '../forms/next-path.js';
import { FIRST_PAGE, Paging } from '../forms/paging.js';
import { Page, SeeOther } from '../rendering/page.js';
import { Pages } from '../rendering/pages.decorator.js';
import { AccountPage, type AccountPageProps, type SessionSlice } from './account.page.js';
import { PasswordPage, type PasswordPageProps } from './password.page.js';

const NO_SESSIONS: SessionSlice = { data: [], nextCursor: null };

/** The pages of the user's own account: name, password and sessions. */
@SessionOnly()
@Pages('/account')
export class AccountController {
  constructor(
    private readonly users: UsersService,
    private readonly signInService: SignInService,
    private readonly sessions: SessionsService,
    private readonly settings: Settings,
  ) {}

  @Get()
  async show(@CurrentSession() caller: SessionPrincipal, @Query() query: FormBody): Promise<Page> {
    const paging = Paging.of(query);
    const { value, denial } = await runForm(() => this.sessionsOf(caller, paging));
    const content = await this.accountPage(caller, {
      sessions: value ?? NO_SESSIONS,
      paging,
      denial,
    });
    return Page.of(content, denial);
  }

  @Post()
  async rename(@CurrentSession() caller: SessionPrincipal, @Body() form: FormBody): Promise<Page | SeeOther> {
    const name = textOf(form, 'name');
    const { denial } = await runForm(async () => {
      const input = await validateForm(UpdateMeDto, { name });
      return this.users.update(caller, caller.userId, { name: input.name });
    });
    if (!denial) return new SeeOther('/account', { notice: { code: 'changesSaved' } });
    const sessions = await this.sessionsOf(caller);
    return Page.denied(await this.accountPage(caller, { sessions, name, denial }), denial);
  }

  @SessionOnly({ allowsTemporaryPassword: true })
  @Get('password')
  async showPassword(@CurrentSession() caller: SessionPrincipal, @Query() query: FormBody): Promise<Page> {
    return new Page(<PasswordPage {...await this.passwordPageProps(caller)} next={this.next(query)} />);
  }

  @SessionOnly({ allowsTemporaryPassword: true })
  @Post('password')
  async changePassword(
    @CurrentSession() caller: SessionPrincipal,
    @Body() form: FormBody,
    @Req() request: HttpRequest,
  ): Promise<Page | SeeOther> {
    const client = clientInfoOf(request, this.settings);
    const currentPassword = textOf(form, 'currentPassword') || null;
    const { value: session, denial } = await runForm(async () => {
      const { newPassword } = await validateForm(NewPasswordDto, {
        newPassword: textOf(form, 'newPassword'),
      });
      return this.signInService.changePassword(caller, { currentPassword, newPassword }, client);
    });
    const next = this.next(form);
    if (denial) {
      const shown = await this.passwordPageProps(caller);
      const isWrong = denial.errorOf('currentPassword')?.code === WRONG_PASSWORD.code;
      const attemptsLeft = isWrong ? this.signInService.attemptsLeft(shown.email, client) : null;
      return Page.denied(
        <PasswordPage {...shown} next={next} denial={denial} attemptsLeft={attemptsLeft} />,
        denial,
      );
    }
    return new SeeOther(next, {
      cookies: [sessionCookie(this.settings, session.token)],
      notice: { code: 'passwordChanged' },
    });
  }

  private async passwordPageProps(
    caller: SessionPrincipal,
  ): Promise<Pick<PasswordPageProps, 'email' | 'isTemporary' | 'needsCurrent'>> {
    const { email } = await this.users.get(caller.userId);
    const needsCurrent = await this.signInService.needsCurrentPassword(caller);
    return { email, isTemporary: caller.hasTemporaryPassword, needsCurrent };
  }

  private async sessionsOf(caller: SessionPrincipal, { cursor, limit } = FIRST_PAGE): Promise<SessionSlice> {
    const query = await validateForm(SliceQuery, { cursor, limit });
    const slice = await this.sessions.list(caller, SliceQuery.toRequest(query));
    return toListDto(slice, (session) => session);
  }

  private async accountPage(
    caller: SessionPrincipal,
    shown: Pick<AccountPageProps, 'sessions'> & Partial<AccountPageProps>,
  ) {
    const user = await this.users.get(caller.userId);
    return <AccountPage user={user} name={user.name} currentSessionId={caller.sessionId} {...shown} />;
  }

  private next(values: FormBody): string {
    return safeNextPath(textOf(values, 'next'), this.settings.publicUrl, '/account');
  }
}
