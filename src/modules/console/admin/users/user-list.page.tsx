import { ROLES, USER_STATUSES } from '../../../../common/access/index.js';
import type { UserWithKeyCount } from '../../../admin/index.js';
import type { Denial } from '../../forms/form-result.js';
import type { Paging } from '../../forms/paging.js';
import { FilterSelect } from '../../components/fields/select.js';
import { FilterChips } from '../../components/lists/filter-chips.js';
import { ListFilter } from '../../components/lists/list-filter.js';
import { Pager } from '../../components/lists/pager.js';
import { usePage } from '../../rendering/page-context.js';
import { withQuery } from '../../rendering/page.js';
import { LinkButton } from '../../components/link-button.js';
import { DenialNotice } from '../../components/notices.js';
import { AdminLayout } from '../admin-layout.js';
import { UserTable } from './user-table.js';

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

const LIST = '/admin/users';

export function UserListPage({ users, filter, paging, denial }: UserListPageProps) {
  const { t } = usePage();
  return (
    <AdminLayout title={t('users.title')} denial={denial}>
      <div class="head">
        <h1>{t('users.title')}</h1>
        <div class="actions">
          <LinkButton to={withQuery('/admin/users.csv', filter)} class="quiet">
            {t('common.exportCsv')}
          </LinkButton>
          <LinkButton to={`${LIST}/create`}>{t('users.create')}</LinkButton>
        </div>
      </div>
      <DenialNotice denial={denial} hiddenField={denial?.errorOf('status') ? 'status' : 'cursor'} />
      <StatusChips filter={filter} />
      <ListFilter
        to={LIST}
        searchLabel={t('users.searchLabel')}
        search={filter.search}
        kept={{ status: filter.status || null }}
        isFiltered={filter.search !== '' || filter.role !== ''}
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
      </ListFilter>
      {users.data.length === 0 ? (
        <p class="empty">{t('common.noMatch')}</p>
      ) : (
        <UserTable users={users.data} />
      )}
      <Pager path={LIST} query={filter} paging={paging} nextCursor={users.nextCursor} />
    </AdminLayout>
  );
}

/** Links to the users with each status. They keep the search and the role. */
function StatusChips({ filter }: Pick<UserListPageProps, 'filter'>) {
  const { t } = usePage();
  return (
    <FilterChips
      label={t('common.status')}
      chips={(['', ...USER_STATUSES] as const).map((status) => ({
        text: status === '' ? t('common.any') : t(`status.${status}`),
        to: withQuery(LIST, { ...filter, status }),
        isCurrent: status === filter.status,
      }))}
    />
  );
}
