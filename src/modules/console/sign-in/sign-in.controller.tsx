import { Body, Get, Post, Query, Req, Res } from '@nestjs/common';
import { Public } from '../../../common/access/index.js';
import type { HttpRequest, HttpResponse } from '../../../common/http/index.js';
import { Settings } from '../../../settings/index.js';
import {
  SignInService,
  isSecure,
  sessionCookie,
  SessionsService,
  SignInDto,
  clientInfoOf,
} from '../../auth/index.js';
import { refusalOf, textOf, validated, type FormBody } from '../page/forms.js';
import { ACCOUNT_SUSPENDED } from '../../users/index.js';
import { LANGUAGES } from '../languages.js';
import { languageCookie } from '../page/language-cookie.js';
import { safeNext } from '../page/next.js';
import { Pages } from '../page/pages.decorator.js';
import { Page, SeeOther, withQuery } from '../page/page.js';
import { SignInPage, type SignInPageProps } from './sign-in.page.js';

/** The door: signing in and out, and the language of what stands on it. */
@Public()
@Pages('/')
export class SignInController {
  constructor(
    private readonly account: SignInService,
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
    if (notice !== SIGNED_IN) return new Page(<SignInPage next={next} notice={noticeOf(notice)} />);
    if (clientInfoOf(request, this.settings).presentedToken !== null) return new SeeOther(next);
    return new Page(<SignInPage next={next} publicUrl={this.settings.publicUrl} notice="cookie_dropped" />);
  }

  @Public({ policy: 'sign-in' })
  @Post('sign-in')
  async signIn(@Body() form: FormBody, @Req() request: HttpRequest): Promise<Page | SeeOther> {
    const [email, next] = [textOf(form, 'email'), this.next(form)];
    const headers: Record<string, string> = {};
    const refusal = await refusalOf(async () => {
      const given = await validated(SignInDto, { email, password: textOf(form, 'password') });
      const { token } = await this.account.signIn(
        given.email,
        given.password,
        clientInfoOf(request, this.settings),
      );
      headers['Set-Cookie'] = sessionCookie(this.settings, token);
    }, [ACCOUNT_SUSPENDED]);
    if (!refusal) return new SeeOther(this.maySendCookie(request) ? next : checkCookie(next), headers);
    return Page.refused(<SignInPage email={email} next={next} refusal={refusal} />, refusal);
  }

  @Public({ policy: 'sign-in' })
  @Post('sign-out')
  async signOut(
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: HttpResponse,
  ): Promise<SeeOther> {
    const { presentedToken } = clientInfoOf(request, this.settings);
    // Also when the database is away: nobody must stay signed in on this computer.
    response.header('Set-Cookie', sessionCookie(this.settings, null));
    if (presentedToken !== null) await this.sessions.end(presentedToken);
    return new SeeOther('/sign-in');
  }

  /** Remembers the language, and shows in it the page that it was chosen on. */
  @Post('language')
  chooseLanguage(@Body() form: FormBody): SeeOther {
    const language = textOf(form, 'language');
    const next = this.next(form);
    if (!LANGUAGES.includes(language)) return new SeeOther(next);
    return new SeeOther(next, { 'Set-Cookie': languageCookie(language) }, language);
  }

  /** Whether the browser surely keeps the cookie: on a page without https it silently drops a Secure one. */
  private maySendCookie({ headers }: HttpRequest): boolean {
    return !isSecure(this.settings) || headers.origin === this.settings.publicUrl;
  }

  private next(values: FormBody): string {
    return safeNext(textOf(values, 'next') || undefined, this.settings.publicUrl);
  }
}

const SIGNED_IN = 'signed_in';

/** A page that the browser shows only if it has not kept the session's cookie. */
const checkCookie = (next: string): string => withQuery('/sign-in', { notice: SIGNED_IN, next });

const noticeOf = (text: string): SignInPageProps['notice'] =>
  text === 'session_expired' || text === 'signed_up' ? text : null;
