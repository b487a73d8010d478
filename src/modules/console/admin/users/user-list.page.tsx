import { ROLES, USER_STATUSES } from '../../../../common/access/index.js';
import type { UserWithKeyCount } from '../../../admin/index.js';
import type { Denial } from '../../forms/form-result.js';
import type { Paging } from '../../forms/paging.js';
import { FilterSelect } from '../../components/select.js';
import { DataTable } from '../../components/data-table.js';
import { ListFilter } from '../../components/list-filter.js';
import { Pager } from '../../components/pager.js';
import { usePage } from '../../rendering/page-context.js';
import { Badge } from '../../components/badge.js';
import { LinkButton } from '../../components/link-button.js';
import { OptionalTime, Time } from '../../components/time.js';
import { DenialNotice } from '../../components/notices.js';
import { AdminLayout } from '../admin-layout.js';

export interface UserList {
  readonly data: readonly UserWithKeyCount[];
  readonly nextCursor: string | null;
}

interface UserListPageProps {
  readonly users: UserList;
  readonly filter: { readonly search: string; readonly role: string; readonly status: string };
  readonly paging: Paging;
  readonly denial: Denial | null;
}

export function UserListPage({ users, filter, paging, denial }: UserListPageProps) {
  const { t } = usePage();
  return (
    <AdminLayout title={t('users.title')} denial={denial}>
      <div class="head">
        <h1>{t('users.title')}</h1>
        <LinkButton to="/admin/users/create">{t('users.create')}</LinkButton>
      </div>
      <DenialNotice denial={denial} hiddenField="cursor" />
      <ListFilter
        to="/admin/users"
        searchLabel={t('users.searchLabel')}
        search={filter.search}
        isFiltered={Object.values(filter).some((value) => value !== '')}
        denial={denial}
      >
        <FilterSelect
          name="role"
          label={t('common.role')}
          value={filter.role}
          choices={ROLES}
          textOf={(role) => t(`role.${role}`)}
          denial={denial}
        />
        <FilterSelect
          name="status"
          label={t('common.status')}
          value={filter.status}
          choices={USER_STATUSES}
          textOf={(status) => t(`status.${status}`)}
          denial={denial}
        />
      </ListFilter>
      {users.data.length === 0 ? (
        <p class="empty">{t('common.noMatch')}</p>
      ) : (
        <UserTable users={users.data} />
      )}
      <Pager path="/admin/users" query={filter} paging={paging} nextCursor={users.nextCursor} />
    </AdminLayout>
  );
}

function UserTable({ users }: { users: UserList['data'] }) {
  const { t, link, format } = usePage();
  return (
    <DataTable
      label={t('users.title')}
      columns={[
        t('common.personName'),
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
            <OptionalTime at={user.lastSeenAt} otherwise={t('users.neverSeen')} />
          </td>
          <td>
            <Time at={user.createdAt} isRelative />
          </td>
        </tr>
      ))}
    </DataTable>
  );
}
