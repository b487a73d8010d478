import type { Role } from '../../../../common/access/index.js';
import type { ApiKey } from '../../../api-keys/index.js';
import type { User } from '../../../users/index.js';
import type { Denial } from '../../forms/form-result.js';
import { KeyTable } from '../../api-keys/key-table.js';
import { usePage } from '../../rendering/page-context.js';
import { Badge } from '../../components/badge.js';
import { DenialNotice } from '../../components/notices.js';
import { NameField } from '../../components/user-fields.js';
import { LinkButton } from '../../components/link-button.js';
import { OptionalTime, Time } from '../../components/time.js';
import { Select } from '../../components/select.js';
import { AdminLayout } from '../admin-layout.js';

interface UserPageProps {
  readonly user: User;
  /** The submitted values, or the user's current ones. */
  readonly typed: { readonly name: string; readonly role: string };
  readonly roles: readonly Role[];
  /** The user's newest keys. */
  readonly apiKeys: readonly ApiKey[];
  readonly denial: Denial | null;
}

export function UserPage({ user, typed, roles, apiKeys, denial }: UserPageProps) {
  const { t, link } = usePage();
  const path = `/admin/users/${user.id}`;
  return (
    <AdminLayout title={user.name} denial={denial}>
      <h1>
        {user.name} <Badge state={user.status} />
      </h1>
      <DenialNotice denial={denial} />
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
            <OptionalTime at={user.lastSeenAt} otherwise={t('users.neverSeen')} />
          </dd>
          {user.temporaryPasswordExpiresAt && (
            <>
              <dt>{t('users.temporaryUntil')}</dt>
              <dd>
                <Time at={user.temporaryPasswordExpiresAt} />
              </dd>
            </>
          )}
        </dl>
        <form method="post" action={link(path)}>
          <NameField value={typed.name} autocomplete="off" denial={denial} />
          <Select
            name="role"
            label={t('common.role')}
            value={typed.role}
            choices={roles.map((role) => [role, t(`role.${role}`)] as const)}
            denial={denial}
          />
          <button type="submit">{t('common.save')}</button>
        </form>
        <div class="buttons">
          <LinkButton to={`${path}/reset-password`} class="secondary" isDialog>
            {t('users.reset')}
          </LinkButton>
          {user.status === 'active' ? (
            <LinkButton to={`${path}/suspend`} class="danger" isDialog>
              {t('users.suspend')}
            </LinkButton>
          ) : (
            <form method="post" action={link(`${path}/activate`)}>
              <button type="submit" class="secondary">
                {t('users.activate')}
              </button>
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
    <KeyTable
      label={t('users.keysOf')}
      columns={['linkedName', 'prefix', 'lastUsed', 'status']}
      keys={apiKeys.map((apiKey) => ({ apiKey, owner: null }))}
      path="/admin/api-keys"
    />
  );
}
