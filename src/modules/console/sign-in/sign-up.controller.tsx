import { Body, Get, Post, Query, Req } from '@nestjs/common';
import { Public } from '../../../common/access/index.js';
import type { HttpRequest } from '../../../common/http/index.js';
import { Settings } from '../../../settings/index.js';
import { REGISTRATION_CLOSED, SignUpDto, clientInfoOf } from '../../auth/index.js';
import { UsersService } from '../../users/index.js';
import { refusalOf, textOf, validated, type FormBody } from '../page/forms.js';
import { safeNext } from '../page/next.js';
import { Pages } from '../page/pages.decorator.js';
import { Page, SeeOther, withQuery } from '../page/page.js';
import { SignUpPage } from './sign-up.page.js';

/** Where anybody may make an account for themselves, if the settings say so. */
@Public()
@Pages('/sign-up')
export class SignUpController {
  constructor(
    private readonly users: UsersService,
    private readonly settings: Settings,
  ) {}

  @Get()
  show(@Query() query: FormBody): Page {
    this.requireOpen();
    return new Page(<SignUpPage next={this.next(query)} />);
  }

  @Public({ policy: 'sign-up' })
  @Post()
  async signUp(@Body() form: FormBody, @Req() request: HttpRequest): Promise<Page | SeeOther> {
    this.requireOpen();
    const values = { email: textOf(form, 'email'), name: textOf(form, 'name') };
    const refusal = await refusalOf(async () => {
      const given = await validated(SignUpDto, { ...values, password: textOf(form, 'password') });
      await this.users.signUp(given, clientInfoOf(request, this.settings));
    });
    const next = this.next(form);
    if (!refusal) return new SeeOther(withQuery('/sign-in', { notice: 'signed_up', next }));
    return Page.refused(<SignUpPage values={values} next={next} refusal={refusal} />, refusal);
  }

  private next(values: FormBody): string {
    return safeNext(textOf(values, 'next') || undefined, this.settings.publicUrl);
  }

  private requireOpen(): void {
    if (this.settings.registration !== 'open') throw REGISTRATION_CLOSED.create();
  }
}
