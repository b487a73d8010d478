import { ROLES, USER_STATUSES } from '../../../common/access/index.js';
import type { User } from '../../users/index.js';
import type { Refusal } from '../page/forms.js';
import { usePage } from '../page/page-context.js';
import { withQuery } from '../page/page.js';
import {
  Badge,
  Field,
  GoButton,
  MaybeTime,
  Pager,
  RefusalNotice,
  Select,
  TableFrame,
  Time,
} from '../page/parts.js';
import { AdminLayout } from './admin-layout.js';

export interface UserList {
  readonly data: readonly { readonly user: User; readonly activeApiKeys: number }[];
  readonly nextCursor: string | null;
}

interface UserListPageProps {
  readonly users: UserList;
  readonly filter: { readonly search: string; readonly role: string; readonly status: string };
  readonly isFirstPage: boolean;
  readonly refusal: Refusal | null;
}

export function UserListPage({ users, filter, isFirstPage, refusal }: UserListPageProps) {
  const { t, link } = usePage();
  return (
    <AdminLayout title={t('users.title')}>
      <div class="head">
        <h1>{t('users.title')}</h1>
        <GoButton to="/admin/users/create">{t('users.create')}</GoButton>
      </div>
      <RefusalNotice refusal={refusal} hidden="cursor" />
      <form method="get" action={link('/admin/users')} class="filter" aria-label={t('common.search')}>
        <Field
          name="search"
          label={t('users.searchLabel')}
          type="search"
          value={filter.search}
          maxLength={254}
          refusal={refusal}
        />
        <Select
          name="role"
          label={t('common.role')}
          value={filter.role}
          choices={[['', t('common.any')], ...ROLES.map((role) => [role, t(`role.${role}`)] as const)]}
        />
        <Select
          name="status"
          label={t('common.status')}
          value={filter.status}
          choices={[
            ['', t('common.any')],
            ...USER_STATUSES.map((status) => [status, t(`status.${status}`)] as const),
          ]}
        />
        <button class="secondary">{t('common.search')}</button>
      </form>
      {users.data.length === 0 ? (
        <p class="empty">{t('common.noMatch')}</p>
      ) : (
        <UserTable users={users.data} />
      )}
      <Pager
        first={isFirstPage ? null : withQuery('/admin/users', filter)}
        next={users.nextCursor && withQuery('/admin/users', { ...filter, cursor: users.nextCursor })}
      />
    </AdminLayout>
  );
}

function UserTable({ users }: { users: UserList['data'] }) {
  const { t, link, format } = usePage();
  return (
    <TableFrame label={t('users.title')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('common.name')}</th>
            <th scope="col">{t('common.email')}</th>
            <th scope="col">{t('common.role')}</th>
            <th scope="col">{t('common.status')}</th>
            <th scope="col">{t('users.activeKeys')}</th>
            <th scope="col">{t('users.lastSeen')}</th>
            <th scope="col">{t('common.created')}</th>
          </tr>
        </thead>
        <tbody>
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
        </tbody>
      </table>
    </TableFrame>
  );
}
