import type { UserWithKeyCount } from '../../../admin/index.js';
import { Badge } from '../../components/badge.js';
import { DataTable } from '../../components/lists/data-table.js';
import { NameAndEmail } from '../../components/name-and-email.js';
import { OptionalTime, Time } from '../../components/time.js';
import { usePage } from '../../rendering/page-context.js';

/** A table of users. On narrow screens, it shows only the name, email, status and role. */
export function UserTable({ users }: { users: readonly UserWithKeyCount[] }) {
  const { t } = usePage();
  return (
    <DataTable
      label={t('users.title')}
      columns={[
        t('users.user'),
        t('common.status'),
        t('common.role'),
        t('users.activeKeys'),
        t('users.lastSeen'),
        t('common.created'),
      ]}
      isStacked
    >
      {users.map((entry) => (
        <UserRow key={entry.user.id} {...entry} />
      ))}
    </DataTable>
  );
}

function UserRow({ user, activeApiKeys }: UserWithKeyCount) {
  const { t, format } = usePage();
  const role = t(`role.${user.role}`);
  return (
    <tr>
      <th scope="row" class="long">
        <NameAndEmail to={`/admin/users/${user.id}`} name={user.name} email={user.email} />
      </th>
      <td class="state">
        <Badge state={user.status} />
        <span class="narrow-only">{role}</span>
      </td>
      <td class="wide-only">{role}</td>
      <td class="wide-only">{format.number(activeApiKeys)}</td>
      <td class="wide-only">
        <OptionalTime at={user.lastSeenAt} otherwise={t('users.neverSeen')} />
      </td>
      <td class="wide-only">
        <Time at={user.createdAt} isRelative />
      </td>
    </tr>
  );
}
