import { ROLES, USER_STATUSES } from '../../../common/access/index.js';
import type { UserWithKeyCount } from '../../admin/index.js';
import type { Refusal } from '../page/forms.js';
import { AnyOf, DataTable, Filter, Pager } from '../page/lists.js';
import { usePage } from '../page/page-context.js';
import { Badge, GoButton, MaybeTime, RefusalNotice, Time } from '../page/parts.js';
import { AdminLayout } from './admin-layout.js';

export interface UserList {
  readonly data: readonly UserWithKeyCount[];
  readonly nextCursor: string | null;
}

interface UserListPageProps {
  readonly users: UserList;
  readonly filter: { readonly search: string; readonly role: string; readonly status: string };
  readonly isFirstPage: boolean;
  readonly refusal: Refusal | null;
}

export function UserListPage({ users, filter, isFirstPage, refusal }: UserListPageProps) {
  const { t } = usePage();
  return (
    <AdminLayout title={t('users.title')}>
      <div class="head">
        <h1>{t('users.title')}</h1>
        <GoButton to="/admin/users/create">{t('users.create')}</GoButton>
      </div>
      <RefusalNotice refusal={refusal} hidden="cursor" />
      <Filter to="/admin/users" searchLabel={t('users.searchLabel')} search={filter.search} refusal={refusal}>
        <AnyOf
          name="role"
          label={t('common.role')}
          value={filter.role}
          choices={ROLES}
          textOf={(role) => t(`role.${role}`)}
          refusal={refusal}
        />
        <AnyOf
          name="status"
          label={t('common.status')}
          value={filter.status}
          choices={USER_STATUSES}
          textOf={(status) => t(`status.${status}`)}
          refusal={refusal}
        />
      </Filter>
      {users.data.length === 0 ? (
        <p class="empty">{t('common.noMatch')}</p>
      ) : (
        <UserTable users={users.data} />
      )}
      <Pager path="/admin/users" filter={filter} isFirstPage={isFirstPage} nextCursor={users.nextCursor} />
    </AdminLayout>
  );
}

function UserTable({ users }: { users: UserList['data'] }) {
  const { t, link, format } = usePage();
  return (
    <DataTable
      label={t('users.title')}
      columns={[
        t('common.name'),
        t('common.email'),
        t('common.role'),
        t('common.status'),
        t('users.activeKeys'),
        t('users.lastSeen'),
        t('common.created'),
      ]}
    >
      {users.map(({ user, activeApiKeys }) => (
        <tr key={user.id}>
          <th scope="row" class="long">
            <a href={link(`/admin/users/${user.id}`)}>{user.name}</a>
          </th>
          <td class="long">{user.email}</td>
          <td>{t(`role.${user.role}`)}</td>
          <td>
            <Badge state={user.status} />
          </td>
          <td>{format.number(activeApiKeys)}</td>
          <td>
            <MaybeTime at={user.lastSeenAt} otherwise={t('common.never')} />
          </td>
          <td>
            <Time at={user.createdAt} isRelative />
          </td>
        </tr>
      ))}
    </DataTable>
  );
}
