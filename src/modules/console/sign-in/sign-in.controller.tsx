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
  SIGN_IN_FAILED,
} from '../../auth/index.js';
import { runForm, validateForm } from '../forms/form-result.js';
import { textOf, type FormBody } from '../forms/form-body.js';
import { ACCOUNT_SUSPENDED } from '../../users/index.js';
import { LANGUAGES } from '../i18n/languages.js';
import { languageCookie } from '../i18n/language-cookie.js';
import { safeNextPath } from '../forms/next-path.js';
import { Pages } from '../rendering/pages.decorator.js';
import { clearedNotice } from '../rendering/notice.js';
import { Page, SeeOther, withQuery } from '../rendering/page.js';
import { ViewerService } from '../rendering/viewer.service.js';
import { SignInPage } from './sign-in.page.js';

/** Handles signing in, signing out and choosing a language. */
@Public()
@Pages('/')
export class SignInController {
  constructor(
    private readonly signInService: SignInService,
    private readonly sessions: SessionsService,
    private readonly viewers: ViewerService,
    private readonly settings: Settings,
  ) {}

  @Get()
  home(): SeeOther {
    return new SeeOther('/api-keys');
  }

  @Public({ policy: 'sign-in' })
  @Get('sign-in')
  async show(@Query() query: FormBody, @Req() request: HttpRequest): Promise<Page | SeeOther> {
    const next = this.next(query);
    const { principal } = await this.viewers.find(request);
    // The browser accepted the cookie, so the notice that it might have been dropped is wrong.
    if (principal) return new SeeOther(next, { cookies: [clearedNotice(this.settings)] });
    return new Page(<SignInPage next={next} publicUrl={this.settings.publicUrl} />);
  }

  @Public({ policy: 'sign-in' })
  @Post('sign-in')
  async signIn(@Body() form: FormBody, @Req() request: HttpRequest): Promise<Page | SeeOther> {
    const [email, next] = [textOf(form, 'email'), this.next(form)];
    const client = clientInfoOf(request, this.settings);
    const { value: session, denial } = await runForm(async () => {
      const input = await validateForm(SignInDto, { email, password: textOf(form, 'password') });
      return this.signInService.signIn(input.email, input.password, client);
    }, [ACCOUNT_SUSPENDED]);
    if (denial) {
      const isWrong = SIGN_IN_FAILED.isKindOf(denial.error);
      const attemptsLeft = isWrong ? this.signInService.attemptsLeft(email, client) : null;
      const { publicUrl } = this.settings;
      const shown = { email, next, publicUrl, denial, attemptsLeft };
      return Page.denied(<SignInPage {...shown} />, denial);
    }
    const cookies = [sessionCookie(this.settings, session.token)];
    if (this.keepsCookie(request)) return new SeeOther(next, { cookies });
    // The sign-in page redirects to `next` if the browser kept the cookie. Otherwise it shows the notice.
    return new SeeOther(withQuery('/sign-in', { next }), { cookies, notice: { code: 'cookieDropped' } });
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
    return new SeeOther(next, { cookies: [languageCookie(language)], language });
  }

  /**
   * Returns whether the browser will certainly keep the session cookie. Browsers drop `Secure` cookies from pages
   * without HTTPS.
   */
  private keepsCookie({ headers }: HttpRequest): boolean {
    return !isCookieSecure(this.settings) || headers.origin === this.settings.publicUrl;
  }

  private next(values: FormBody): string {
    return safeNextPath(textOf(values, 'next'), this.settings.publicUrl);
  }
}
