import { Body, Get, Post, Query, Req, UseGuards } from '@nestjs/common';
import { Public } from '../../../common/access/index.js';
import type { HttpRequest } from '../../../common/http/index.js';
import { Settings } from '../../../settings/index.js';
import { OpenRegistrationGuard, SignInService, SignUpDto, clientInfoOf } from '../../auth/index.js';
import { runForm, validateForm } from '../forms/form-result.js';
import { textOf, type FormBody } from '../forms/form-body.js';
import { safeNextPath } from '../forms/next-path.js';
import { Pages } from '../rendering/pages.decorator.js';
import { Page, SeeOther, withQuery } from '../rendering/page.js';
import { ViewerService } from '../rendering/viewer.service.js';
import { SignUpPage } from './sign-up.page.js';

/** Lets visitors create their own account, if the settings allow it. */
@Public()
@UseGuards(OpenRegistrationGuard)
@Pages('/sign-up')
export class SignUpController {
  constructor(
    private readonly signInService: SignInService,
    private readonly viewers: ViewerService,
    private readonly settings: Settings,
  ) {}

  @Get()
  async show(@Query() query: FormBody, @Req() request: HttpRequest): Promise<Page | SeeOther> {
    const next = this.next(query);
    const { principal } = await this.viewers.find(request);
    return principal ? new SeeOther(next) : new Page(<SignUpPage next={next} />);
  }

  @Public({ policy: 'sign-up' })
  @Post()
  async signUp(@Body() form: FormBody, @Req() request: HttpRequest): Promise<Page | SeeOther> {
    const values = { email: textOf(form, 'email'), name: textOf(form, 'name') };
    const { denial } = await runForm(async () => {
      const input = await validateForm(SignUpDto, { ...values, password: textOf(form, 'password') });
      return this.signInService.register(input, clientInfoOf(request, this.settings));
    });
    const next = this.next(form);
    if (!denial) return new SeeOther(withQuery('/sign-in', { next }), { notice: { code: 'signedUp' } });
    return Page.denied(<SignUpPage values={values} next={next} denial={denial} />, denial);
  }

  private next(values: FormBody): string {
    return safeNextPath(textOf(values, 'next'), this.settings.publicUrl);
  }
}
