import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { SliceQuery, toListDto } from '../../../../common/pagination/index.js';
import {
  CurrentSession,
  ROLES,
  SessionOnly,
  type SessionPrincipal,
} from '../../../../common/access/index.js';
import { Clock } from '../../../../common/clock.js';
import { hideSecrets } from '../../../../common/text/redact-keys.js';
import { AdminUsersService, CreateUserDto, ListUsersQuery, UpdateUserDto } from '../../../admin/index.js';
import { AdminApiKeysService } from '../../../api-keys/index.js';
import { usagePeriod, UsageService, type UsagePeriodName } from '../../../usage/index.js';
import { UsersService } from '../../../users/index.js';
import { optionalTextOf, textOf, type FormBody } from '../../forms/form-body.js';
import { runForm, validateForm, type Denial } from '../../forms/form-result.js';
import { Paging } from '../../forms/paging.js';
import { Page, SeeOther, withQuery } from '../../rendering/page.js';
import { Pages } from '../../rendering/pages.decorator.js';
import { formIdOf, newFormId } from '../../forms/form-id.js';
import { OnceOnlyFormsService } from '../../forms/once-only-forms.service.js';
import { requestedPeriod } from '../../usage/requested-period.js';
import { CreateUserPage } from './create-user.page.js';
import { losesOwnAccess } from './own-account.js';
import { TemporaryPasswordPage } from './temporary-password.page.js';
import { UserListPage, type UserList } from './user-list.page.js';
import { UserPage } from './user.page.js';

const NO_USERS: UserList = { data: [], nextCursor: null };
/** The maximum number of keys on a user's page. The page also has a link to the list of all keys of the user. */
const KEYS_SHOWN = 20;

/** Lists, shows, creates and updates users. */
@SessionOnly({ roles: ['admin'] })
@Pages('/admin/users')
export class UserPagesController {
  constructor(
    private readonly users: UsersService,
    private readonly adminUsers: AdminUsersService,
    private readonly apiKeys: AdminApiKeysService,
    private readonly usage: UsageService,
    private readonly clock: Clock,
    private readonly onceOnlyForms: OnceOnlyFormsService,
  ) {}

  @Get()
  async list(@Query() query: FormBody): Promise<Page | SeeOther> {
    const submitted = textOf(query, 'search');
    const filter = {
      search: hideSecrets(submitted),
      role: textOf(query, 'role'),
      status: textOf(query, 'status'),
    };
    // A key that the user pasted into the wrong field must not stay in the address bar and the history.
    if (filter.search !== submitted) return new SeeOther(withQuery('/admin/users', filter));

    const paging = Paging.of(query);
    const { value, denial } = await runForm(async () => {
      const input = await validateForm(ListUsersQuery, {
        search: optionalTextOf(query, 'search'),
        role: optionalTextOf(query, 'role'),
        status: optionalTextOf(query, 'status'),
        cursor: paging.cursor,
        limit: paging.limit,
      });
      const found = await this.adminUsers.list(ListUsersQuery.toFilter(input), SliceQuery.toRequest(input));
      return toListDto(found, (user) => user);
    });
    const content = (
      <UserListPage users={value ?? NO_USERS} filter={filter} paging={paging} denial={denial} />
    );
    return Page.of(content, denial);
  }

  @Get('create')
  showCreation(): Page {
    return new Page(
      <CreateUserPage
        formId={newFormId()}
        values={{ email: '', name: '', role: 'standard' }}
        roles={ROLES}
        denial={null}
      />,
    );
  }

  /** Creates a user. Only this response shows a generated password. */
  @Post('create')
  async create(@CurrentSession() caller: SessionPrincipal, @Body() form: FormBody): Promise<Page | SeeOther> {
    const formId = formIdOf(form);
    const values = {
      email: textOf(form, 'email'),
      name: textOf(form, 'name'),
      role: textOf(form, 'role'),
    };
    const { value: created, denial } = await runForm(async () => {
      const input = await validateForm(CreateUserDto, {
        ...values,
        password: optionalTextOf(form, 'password'),
      });
      const create = () => this.users.create(caller, CreateUserDto.toNewUser(input));
      // The form may have been submitted before, for example to another instance, so that this process has no result
      // for it. Creating the user again then fails, because the email is taken.
      return this.onceOnlyForms.once(caller, formId, values, create) ?? create();
    });
    if (denial) {
      const page = <CreateUserPage formId={formId} values={values} roles={ROLES} denial={denial} />;
      return Page.denied(page, denial);
    }
    const { user, temporaryPassword } = created;
    if (temporaryPassword === null) return new SeeOther(`/admin/users/${user.id}`);
    return new Page(<TemporaryPasswordPage user={user} password={temporaryPassword} isNew />, 201);
  }

  @Get(':id')
  async show(@Param('id') id: string, @Query() query: FormBody): Promise<Page> {
    return new Page(await this.userPage(id, requestedPeriod(query), null, null));
  }

  /** Changes a user. Admins who would lose their own access have to confirm that on another page first. */
  @Post(':id')
  async update(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const values = { name: textOf(form, 'name'), role: textOf(form, 'role') };
    const { value: redirect, denial } = await runForm(async () => {
      const changes = await validateForm(UpdateUserDto, values);
      if (losesOwnAccess(caller, id, changes)) {
        await this.users.requireAnotherAdminThan(id);
        return new SeeOther(withQuery(`/admin/users/${id}/demote`, values));
      }
      await this.users.update(caller, id, changes);
      return new SeeOther(`/admin/users/${id}`, { notice: { code: 'userChanged' } });
    });
    if (!denial) return redirect;
    return Page.denied(await this.userPage(id, requestedPeriod({}), values, denial), denial);
  }

  private async userPage(
    id: string,
    period: UsagePeriodName,
    submitted: { readonly name: string; readonly role: string } | null,
    denial: Denial | null,
  ) {
    const { user, activeApiKeys } = await this.adminUsers.get(id);
    const now = this.clock.now();
    const filter = { userId: id, status: null, search: null, unusedForDays: null };
    const { items } = await this.apiKeys.list(filter, { limit: KEYS_SHOWN, after: null });
    return (
      <UserPage
        user={user}
        activeApiKeys={activeApiKeys}
        values={submitted ?? user}
        roles={ROLES}
        period={usagePeriod(period, now)}
        usage={await this.usage.ofSubjectInPeriod({ userId: id }, period, now)}
        apiKeys={items.map(({ apiKey }) => apiKey)}
        denial={denial}
      />
    );
  }
}
