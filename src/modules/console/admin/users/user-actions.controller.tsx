import { Body, Get, Param, Post, Query } from '@nestjs/common';
import {
  CurrentSession,
  ROLES,
  SessionOnly,
  type SessionPrincipal,
} from '../../../../common/access/index.js';
import { Settings } from '../../../../settings/index.js';
import { UpdateUserDto } from '../../../admin/index.js';
import { PasswordResetService, sessionCookie } from '../../../auth/index.js';
import { UsersService } from '../../../users/index.js';
import { textOf, type FormBody } from '../../forms/form-body.js';
import { runForm, validateForm } from '../../forms/form-result.js';
import { Page, SeeOther } from '../../rendering/page.js';
import { Pages } from '../../rendering/pages.decorator.js';
import { formIdOf, newFormId } from '../../forms/form-id.js';
import { OnceOnlyFormsService } from '../../forms/once-only-forms.service.js';
import { losesOwnAccess, requireConfirmation } from './own-account.js';
import { TemporaryPasswordPage } from './temporary-password.page.js';
import { DemotePage, ResetPasswordPage, SuspendPage } from './user-actions.page.js';

/**
 * Suspends and reactivates users, and resets their passwords. Suspending and resetting ask for confirmation. So does a
 * change by which admins take the admin role from themselves.
 */
@SessionOnly({ roles: ['admin'] })
@Pages('/admin/users/:id')
export class UserActionsController {
  constructor(
    private readonly users: UsersService,
    private readonly passwordReset: PasswordResetService,
    private readonly onceOnlyForms: OnceOnlyFormsService,
    private readonly settings: Settings,
  ) {}

  @Get('suspend')
  async showSuspension(@CurrentSession() caller: SessionPrincipal, @Param('id') id: string): Promise<Page> {
    return new Page(<SuspendPage user={await this.users.get(id)} isSelf={id === caller.userId} />);
  }

  @Post('suspend')
  async suspend(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const isSelf = id === caller.userId;
    const { denial } = await runForm(async () => {
      if (isSelf) await requireConfirmation(this.users, id, form);
      await this.users.update(caller, id, { status: 'suspended' });
    });
    if (denial)
      return Page.denied(
        <SuspendPage user={await this.users.get(id)} isSelf={isSelf} denial={denial} />,
        denial,
      );
    if (!isSelf) return new SeeOther(`/admin/users/${id}`, { notice: { code: 'userSuspended' } });
    const cookies = [sessionCookie(this.settings, null)];
    return new SeeOther('/sign-in', { cookies, notice: { code: 'ownAccountSuspended' } });
  }

  @Get('demote')
  async showDemotion(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
    @Query() query: FormBody,
  ): Promise<Page | SeeOther> {
    const user = await this.users.get(id);
    const role = roleOf(query);
    if (!role || !losesOwnAccess(caller, id, { role })) return new SeeOther(`/admin/users/${user.id}`);
    return new Page(<DemotePage user={user} values={{ name: textOf(query, 'name'), role }} />);
  }

  /** Changes the admin's own name and role, as submitted on the user's page. */
  @Post('demote')
  async demote(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const user = await this.users.get(id);
    const [name, role] = [textOf(form, 'name'), roleOf(form)];
    if (!role || !losesOwnAccess(caller, id, { role })) return new SeeOther(`/admin/users/${user.id}`);
    const { denial } = await runForm(async () => {
      const changes = await validateForm(UpdateUserDto, { name, role });
      await requireConfirmation(this.users, id, form);
      await this.users.update(caller, id, changes);
    });
    if (!denial) return new SeeOther('/api-keys', { notice: { code: 'adminRoleGivenUp' } });
    return Page.denied(<DemotePage user={user} values={{ name, role }} denial={denial} />, denial);
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

const roleOf = (values: FormBody) => ROLES.find((role) => role === textOf(values, 'role'));
