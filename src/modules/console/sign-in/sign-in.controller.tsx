import { Body, Get, Post, Query, Req, Res } from '@nestjs/common';
import { Public } from '../../../common/access/index.js';
import type { HttpRequest, HttpResponse } from '../../../common/http/index.js';
import { Settings } from '../../../settings/index.js';
import {
  SignInService,
  isCookieSecure,
  sessionCookie,
  SessionsService,
  SignInDto,
  clientInfoOf,
} from '../../auth/index.js';
import { runForm, validateForm } from '../forms/form-result.js';
import { textOf, type FormBody } from '../forms/form-body.js';
import { ACCOUNT_SUSPENDED } from '../../users/index.js';
import { LANGUAGES } from '../i18n/languages.js';
import { languageCookie } from '../i18n/language-cookie.js';
import { safeNextPath } from '../forms/next-path.js';
import { Pages } from '../rendering/pages.decorator.js';
import { Page, SeeOther, withQuery } from '../rendering/page.js';
import { SignInPage, type SignInPageProps } from './sign-in.page.js';

/** Handles signing in, signing out and choosing a language. */
@Public()
@Pages('/')
export class SignInController {
  constructor(
    private readonly signInService: SignInService,
    private readonly sessions: SessionsService,
    private readonly settings: Settings,
  ) {}

  @Get()
  home(): SeeOther {
    return new SeeOther('/api-keys');
  }

  @Public({ policy: 'sign-in' })
  @Get('sign-in')
  show(@Query() query: FormBody, @Req() request: HttpRequest): Page | SeeOther {
    const [next, notice] = [this.next(query), textOf(query, 'notice')];
    if (notice !== SIGNED_IN) return new Page(<SignInPage next={next} notice={parseNotice(notice)} />);
    if (clientInfoOf(request, this.settings).presentedToken !== null) return new SeeOther(next);
    return new Page(<SignInPage next={next} publicUrl={this.settings.publicUrl} notice="cookie_dropped" />);
  }

  @Public({ policy: 'sign-in' })
  @Post('sign-in')
  async signIn(@Body() form: FormBody, @Req() request: HttpRequest): Promise<Page | SeeOther> {
    const [email, next] = [textOf(form, 'email'), this.next(form)];
    const { value: session, denial } = await runForm(async () => {
      const input = await validateForm(SignInDto, { email, password: textOf(form, 'password') });
      return this.signInService.signIn(input.email, input.password, clientInfoOf(request, this.settings));
    }, [ACCOUNT_SUSPENDED]);
    if (denial) return Page.denied(<SignInPage email={email} next={next} denial={denial} />, denial);
    const redirect = this.keepsCookie(request) ? next : cookieCheck(next);
    return new SeeOther(redirect, { 'Set-Cookie': sessionCookie(this.settings, session.token) });
  }

  @Public({ policy: 'sign-in' })
  @Post('sign-out')
  async signOut(
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: HttpResponse,
  ): Promise<SeeOther> {
    const { presentedToken } = clientInfoOf(request, this.settings);
    // The cookie is cleared first, so that the browser is signed out even if the database fails.
    response.header('Set-Cookie', sessionCookie(this.settings, null));
    if (presentedToken !== null) await this.sessions.end(presentedToken);
    return new SeeOther('/sign-in');
  }

  /** Remembers the language and shows the same page in that language. */
  @Post('language')
  chooseLanguage(@Body() form: FormBody): SeeOther {
    const language = textOf(form, 'language');
    const next = this.next(form);
    if (!LANGUAGES.includes(language)) return new SeeOther(next);
    return new SeeOther(next, { 'Set-Cookie': languageCookie(language) }, language);
  }

  /**
   * Returns whether the browser will certainly keep the session cookie. Browsers drop `Secure` cookies from pages
   * without HTTPS.
   */
  private keepsCookie({ headers }: HttpRequest): boolean {
    return !isCookieSecure(this.settings) || headers.origin === this.settings.publicUrl;
  }

  private next(values: FormBody): string {
    return safeNextPath(textOf(values, 'next') || undefined, this.settings.publicUrl);
  }
}

const SIGNED_IN = 'signed_in';

/**
 * Returns the path of a page that checks whether the browser kept the session cookie. The page then redirects to
 * `next`, or explains the problem.
 */
const cookieCheck = (next: string): string => withQuery('/sign-in', { notice: SIGNED_IN, next });

const parseNotice = (text: string): SignInPageProps['notice'] =>
  text === 'session_expired' || text === 'signed_up' ? text : null;
