import { Body, Get, Param, Post } from '@nestjs/common';
import { CurrentSession, SessionOnly, type SessionPrincipal } from '../../../../common/access/index.js';
import { PasswordResetService } from '../../../auth/index.js';
import { UsersService } from '../../../users/index.js';
import { runForm } from '../../forms/form-result.js';
import type { FormBody } from '../../forms/form-body.js';
import { Page, SeeOther } from '../../rendering/page.js';
import { Pages } from '../../rendering/pages.decorator.js';
import { formIdOf, newFormId } from '../../forms/form-id.js';
import { OnceOnlyFormsService } from '../../forms/once-only-forms.service.js';
import { TemporaryPasswordPage } from './temporary-password.page.js';
import { ResetPasswordPage, SuspendPage } from './user-actions.page.js';

/** Suspends and reactivates users, and resets their passwords. Suspending and resetting ask for confirmation. */
@SessionOnly({ roles: ['admin'] })
@Pages('/admin/users/:id')
export class UserActionsController {
  constructor(
    private readonly users: UsersService,
    private readonly passwordReset: PasswordResetService,
    private readonly onceOnlyForms: OnceOnlyFormsService,
  ) {}

  @Get('suspend')
  async showSuspension(@Param('id') id: string): Promise<Page> {
    return new Page(<SuspendPage user={await this.users.get(id)} />);
  }

  @Post('suspend')
  async suspend(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
  ): Promise<Page | SeeOther> {
    const { denial } = await runForm(() => this.users.update(caller, id, { status: 'suspended' }));
    if (!denial) return new SeeOther(`/admin/users/${id}`, { notice: { code: 'userSuspended' } });
    return Page.denied(<SuspendPage user={await this.users.get(id)} denial={denial} />, denial);
  }

  @Get('activate')
  async showActivation(@Param('id') id: string): Promise<SeeOther> {
    const user = await this.users.get(id);
    return new SeeOther(`/admin/users/${user.id}`);
  }

  @Post('activate')
  async activate(@CurrentSession() caller: SessionPrincipal, @Param('id') id: string): Promise<SeeOther> {
    await this.users.update(caller, id, { status: 'active' });
    return new SeeOther(`/admin/users/${id}`, { notice: { code: 'userActivated' } });
  }

  @Get('reset-password')
  async showReset(@Param('id') id: string): Promise<Page> {
    return new Page(<ResetPasswordPage user={await this.users.get(id)} formId={newFormId()} />);
  }

  /**
   * Resets the password. Only this response shows the new password. If the same form is submitted again, no other
   * password is generated.
   */
  @Post('reset-password')
  async reset(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const formId = formIdOf(form);
    const user = await this.users.get(id);
    const password = await this.onceOnlyForms.once(caller, formId, id, () =>
      this.passwordReset.reset(caller, id),
    );
    if (password === null) return new SeeOther(`/admin/users/${user.id}`);
    return new Page(<TemporaryPasswordPage user={user} password={password} isNew={false} />);
  }
}
