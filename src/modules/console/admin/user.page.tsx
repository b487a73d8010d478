import type { Role } from '../../../common/access/index.js';
import type { ApiKey } from '../../api-keys/index.js';
import type { User } from '../../users/index.js';
import type { Refusal } from '../page/forms.js';
import { DataTable } from '../page/lists.js';
import { usePage } from '../page/page-context.js';
import { Badge, Done, Field, GoButton, MaybeTime, RefusalNotice, Select, Time } from '../page/parts.js';
import { AdminLayout } from './admin-layout.js';

const NOTICES = {
  saved: 'users.saved',
  suspended: 'users.suspended',
  activated: 'users.activated',
} as const;

type Notice = keyof typeof NOTICES;

/** What was just done, as the address says it. */
export const noticeOf = (text: string): Notice | null =>
  Object.hasOwn(NOTICES, text) ? (text as Notice) : null;

interface UserPageProps {
  readonly user: User;
  /** As it was typed last. */
  readonly typed: { readonly name: string; readonly role: string };
  readonly roles: readonly Role[];
  /** The newest of them. */
  readonly apiKeys: readonly ApiKey[];
  readonly notice: Notice | null;
  readonly refusal: Refusal | null;
}

export function UserPage({ user, typed, roles, apiKeys, notice, refusal }: UserPageProps) {
  const { t, link } = usePage();
  const path = `/admin/users/${user.id}`;
  return (
    <AdminLayout title={user.name}>
      <h1>
        {user.name} <Badge state={user.status} />
      </h1>
      {notice && <Done>{t(NOTICES[notice])}</Done>}
      <RefusalNotice refusal={refusal} />
      <section class="card">
        <h2>{t('keyPage.details')}</h2>
        <dl class="facts">
          <dt>{t('common.email')}</dt>
          <dd>{user.email}</dd>
          <dt>{t('common.created')}</dt>
          <dd>
            <Time at={user.createdAt} />
          </dd>
          <dt>{t('users.lastSeen')}</dt>
          <dd>
            <MaybeTime at={user.lastSeenAt} otherwise={t('common.never')} />
          </dd>
          {user.temporaryPasswordEndsAt && (
            <>
              <dt>{t('users.temporaryUntil')}</dt>
              <dd>
                <Time at={user.temporaryPasswordEndsAt} />
              </dd>
            </>
          )}
        </dl>
        <form method="post" action={link(path)}>
          <Field
            name="name"
            label={t('common.name')}
            value={typed.name}
            maxLength={100}
            autocomplete="off"
            required
            refusal={refusal}
          />
          <Select
            name="role"
            label={t('common.role')}
            value={typed.role}
            choices={roles.map((role) => [role, t(`role.${role}`)] as const)}
            refusal={refusal}
          />
          <button>{t('common.save')}</button>
        </form>
        <div class="buttons">
          <GoButton to={`${path}/reset-password`} class="secondary" isDialog>
            {t('users.reset')}
          </GoButton>
          {user.status === 'active' ? (
            <GoButton to={`${path}/suspend`} class="danger" isDialog>
              {t('users.suspend')}
            </GoButton>
          ) : (
            <form method="post" action={link(`${path}/activate`)}>
              <button class="secondary">{t('users.activate')}</button>
            </form>
          )}
        </div>
      </section>
      <section class="card">
        <h2>{t('users.keysOf')}</h2>
        {apiKeys.length === 0 ? <p>{t('users.noKeys')}</p> : <KeysOfUser apiKeys={apiKeys} />}
        {apiKeys.length > 0 && <a href={link(`/admin/api-keys?userId=${user.id}`)}>{t('users.allKeysOf')}</a>}
      </section>
    </AdminLayout>
  );
}

function KeysOfUser({ apiKeys }: Pick<UserPageProps, 'apiKeys'>) {
  const { t } = usePage();
  return (
    <DataTable
      label={t('users.keysOf')}
      columns={[t('common.name'), t('keys.key'), t('keys.lastUsed'), t('common.status')]}
    >
      {apiKeys.map((key) => (
        <tr key={key.id}>
          <th scope="row" class="long">
            {key.name}
          </th>
          <td>
            <code>{key.prefix}</code>
          </td>
          <td>
            <MaybeTime at={key.lastUsedAt} otherwise={t('keys.neverUsed')} />
          </td>
          <td>
            <Badge state={key.status} />
          </td>
        </tr>
      ))}
    </DataTable>
  );
}
