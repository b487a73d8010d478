import { Body, Get, Param, Post } from '@nestjs/common';
import {
  CurrentPrincipal,
  SessionOnly,
  type SessionPrincipal,
  type UserStatus,
} from '../../../common/access/index.js';
import { PasswordResetService } from '../../auth/index.js';
import { UsersService } from '../../users/index.js';
import { refusalOf, type FormBody, type Refusal } from '../page/forms.js';
import { Page, SeeOther, withQuery } from '../page/page.js';
import { Pages } from '../page/pages.decorator.js';
import { formIdOf, newFormId, ShownOnce } from '../page/shown-once.js';
import { TemporaryPasswordPage } from './temporary-password.page.js';
import { ResetPasswordPage, SuspendPage } from './user-steps.page.js';

/** What happens to a user after a question: suspending, activating again, another password. */
@SessionOnly({ roles: ['admin'] })
@Pages('/admin/users/:id')
export class UserActionsController {
  constructor(
    private readonly users: UsersService,
    private readonly passwordReset: PasswordResetService,
    private readonly shownOnce: ShownOnce,
  ) {}

  @Get('suspend')
  async showSuspension(@Param('id') id: string): Promise<Page> {
    return new Page(<SuspendPage user={await this.users.get(id)} />);
  }

  @Post('suspend')
  async suspend(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Param('id') id: string,
  ): Promise<Page | SeeOther> {
    const refusal = await this.setStatus(caller, id, 'suspended');
    if (!refusal) return new SeeOther(withQuery(`/admin/users/${id}`, { notice: 'suspended' }));
    return Page.refused(<SuspendPage user={await this.users.get(id)} refusal={refusal} />, refusal);
  }

  @Get('activate')
  async showActivation(@Param('id') id: string): Promise<SeeOther> {
    const user = await this.users.get(id);
    return new SeeOther(`/admin/users/${user.id}`);
  }

  @Post('activate')
  async activate(@CurrentPrincipal() caller: SessionPrincipal, @Param('id') id: string): Promise<SeeOther> {
    const refusal = await this.setStatus(caller, id, 'active');
    if (refusal) throw refusal.error;
    return new SeeOther(withQuery(`/admin/users/${id}`, { notice: 'activated' }));
  }

  @Get('reset-password')
  async showReset(@Param('id') id: string): Promise<Page> {
    return new Page(<ResetPasswordPage user={await this.users.get(id)} formId={newFormId()} />);
  }

  /** The password is in this answer only; the form that comes again does not make another one. */
  @Post('reset-password')
  async reset(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const formId = formIdOf(form);
    const user = await this.users.get(id);
    const password = await this.shownOnce.once(caller, formId, id, () =>
      this.passwordReset.reset(caller, id),
    );
    if (password === null) return new SeeOther(`/admin/users/${user.id}`);
    return new Page(<TemporaryPasswordPage user={user} password={password} isNew={false} />);
  }

  private setStatus(caller: SessionPrincipal, id: string, status: UserStatus): Promise<Refusal | null> {
    return refusalOf(() => this.users.update(caller, id, { status }));
  }
}
