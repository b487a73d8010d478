import { Body, Get, Post, Query, Req } from '@nestjs/common';
import { Public } from '../../../common/access/index.js';
import type { HttpRequest } from '../../../common/http/index.js';
import { Settings } from '../../../settings/index.js';
import { REGISTRATION_CLOSED, SignUpDto, clientInfoOf } from '../../auth/index.js';
import { UsersService } from '../../users/index.js';
import { submitted, validated } from '../forms/form-result.js';
import { textOf, type FormBody } from '../forms/form-body.js';
import { safeNext } from '../forms/next-path.js';
import { Pages } from '../rendering/pages.decorator.js';
import { Page, SeeOther, withQuery } from '../rendering/page.js';
import { SignUpPage } from './sign-up.page.js';

/** Creating your own account, if the settings allow it. */
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
    const { denial } = await submitted(async () => {
      const input = await validated(SignUpDto, { ...values, password: textOf(form, 'password') });
      return this.users.signUp(input, clientInfoOf(request, this.settings));
    });
    const next = this.next(form);
    if (!denial) return new SeeOther(withQuery('/sign-in', { notice: 'signed_up', next }));
    return Page.denied(<SignUpPage values={values} next={next} denial={denial} />, denial);
  }

  private next(values: FormBody): string {
    return safeNext(textOf(values, 'next') || undefined, this.settings.publicUrl);
  }

  private requireOpen(): void {
    if (this.settings.registration !== 'open') throw REGISTRATION_CLOSED.create();
  }
}
