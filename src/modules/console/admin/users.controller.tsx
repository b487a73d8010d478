import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { SliceQuery, toListDto } from '../../../common/pagination/index.js';
import { CurrentPrincipal, ROLES, SessionOnly, type SessionPrincipal } from '../../../common/access/index.js';
import { AdminUsersService, CreateUserDto, ListUsersQuery, UpdateUserDto } from '../../admin/index.js';
import { AdminApiKeysService } from '../../api-keys/index.js';
import { UsersService, type CreatedUser } from '../../users/index.js';
import { filledIn, refusalOf, textOf, validated, type FormBody, type Refusal } from '../page/forms.js';
import { Page, SeeOther, withQuery } from '../page/page.js';
import { Pages } from '../page/pages.decorator.js';
import { formIdOf, newFormId, ShownOnce } from '../page/shown-once.js';
import { CreateUserPage } from './create-user.page.js';
import { TemporaryPasswordPage } from './temporary-password.page.js';
import { UserListPage, type UserList } from './user-list.page.js';
import { noticeOf, UserPage } from './user.page.js';

const NOBODY: UserList = { data: [], nextCursor: null };
/** How many of a user's keys their page shows; the list of all keys has the others. */
const KEYS_SHOWN = 20;

/** Who has an account, and what they may do. */
@SessionOnly({ roles: ['admin'] })
@Pages('/admin/users')
export class UserPagesController {
  constructor(
    private readonly users: UsersService,
    private readonly adminUsers: AdminUsersService,
    private readonly apiKeys: AdminApiKeysService,
    private readonly shownOnce: ShownOnce,
  ) {}

  @Get()
  async list(@Query() query: FormBody): Promise<Page> {
    const filter = {
      search: textOf(query, 'search'),
      role: textOf(query, 'role'),
      status: textOf(query, 'status'),
    };
    const cursor = filledIn(query, 'cursor');
    let users = NOBODY;
    const refusal = await refusalOf(async () => {
      const wanted = await validated(ListUsersQuery, {
        search: filledIn(query, 'search'),
        role: filledIn(query, 'role'),
        status: filledIn(query, 'status'),
        cursor,
      });
      const found = await this.adminUsers.list(ListUsersQuery.toFilter(wanted), SliceQuery.toRequest(wanted));
      users = toListDto(found, (user) => user);
    });
    const content = (
      <UserListPage users={users} filter={filter} isFirstPage={cursor === undefined} refusal={refusal} />
    );
    return refusal ? Page.refused(content, refusal) : new Page(content);
  }

  @Get('create')
  showCreation(): Page {
    return new Page(
      <CreateUserPage
        formId={newFormId()}
        values={{ email: '', name: '', role: 'standard' }}
        roles={ROLES}
        refusal={null}
      />,
    );
  }

  /** A password that the service made up is in this answer only. */
  @Post('create')
  async create(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const formId = formIdOf(form);
    const values = {
      email: textOf(form, 'email'),
      name: textOf(form, 'name'),
      role: textOf(form, 'role'),
    };
    let created: CreatedUser | null = null;
    const refusal = await refusalOf(async () => {
      const dto = await validated(CreateUserDto, { ...values, password: filledIn(form, 'password') });
      const create = () => this.users.create(caller, CreateUserDto.toNewUser(dto));
      // What cannot be shown any more is tried once more, and refused for its address.
      created = await (this.shownOnce.once(caller, formId, values, create) ?? create());
    });
    if (refusal) {
      const page = <CreateUserPage formId={formId} values={values} roles={ROLES} refusal={refusal} />;
      return Page.refused(page, refusal);
    }
    const { user, temporaryPassword } = created!;
    if (temporaryPassword === null) return new SeeOther(`/admin/users/${user.id}`);
    return new Page(<TemporaryPasswordPage user={user} password={temporaryPassword} isNew />, 201);
  }

  @Get(':id')
  async show(@Param('id') id: string, @Query() query: FormBody): Promise<Page> {
    return new Page(await this.userPage(id, {}, null, textOf(query, 'notice')));
  }

  @Post(':id')
  async update(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const typed = { name: textOf(form, 'name'), role: textOf(form, 'role') };
    const refusal = await refusalOf(async () => {
      await this.users.update(caller, id, await validated(UpdateUserDto, typed));
    });
    if (!refusal) return new SeeOther(withQuery(`/admin/users/${id}`, { notice: 'saved' }));
    return Page.refused(await this.userPage(id, typed, refusal), refusal);
  }

  private async userPage(
    id: string,
    typed: { name?: string; role?: string },
    refusal: Refusal | null,
    notice = '',
  ) {
    const user = await this.users.get(id);
    const filter = { userId: id, status: null, search: null, unusedForDays: null };
    const { items } = await this.apiKeys.list(filter, { limit: KEYS_SHOWN, after: null });
    return (
      <UserPage
        user={user}
        typed={{ name: typed.name ?? user.name, role: typed.role ?? user.role }}
        roles={ROLES}
        apiKeys={items.map(({ apiKey }) => apiKey)}
        notice={noticeOf(notice)}
        refusal={refusal}
      />
    );
  }
}
