import type { Role } from '../../../../common/access/index.js';
import type { UserWithKeyCount } from '../../../admin/index.js';
import type { ApiKey } from '../../../api-keys/index.js';
import type { PeriodUsage, UsagePeriod } from '../../../usage/index.js';
import type { User } from '../../../users/index.js';
import { KeyTable } from '../../api-keys/key-table.js';
import { Badge } from '../../components/badge.js';
import { LinkButton } from '../../components/link-button.js';
import { DenialNotice } from '../../components/notices.js';
import type { Denial } from '../../forms/form-result.js';
import { usePage } from '../../rendering/page-context.js';
import { withQuery } from '../../rendering/page.js';
import { UsageSection } from '../../usage/usage-section.js';
import { AdminLayout } from '../admin-layout.js';
import { UserDetails } from './user-details.js';
import { UserSummary } from './user-summary.js';

interface UserPageProps extends UserWithKeyCount {
  /** The submitted values, or the user's current ones. */
  readonly values: { readonly name: string; readonly role: string };
  readonly roles: readonly Role[];
  readonly period: UsagePeriod;
  /** The usage of all keys of the user. */
  readonly usage: PeriodUsage;
  /** The user's newest keys. */
  readonly apiKeys: readonly ApiKey[];
  readonly denial: Denial | null;
}

/** Shows a user with their keys and usage. */
export function UserPage(props: UserPageProps) {
  const { user, activeApiKeys, values, roles, period, usage, apiKeys, denial } = props;
  const { t, link } = usePage();
  const path = `/admin/users/${user.id}`;
  return (
    <AdminLayout title={user.name} denial={denial} scripts={['chart.js']}>
      <p class="back">
        <a href={link('/admin/users')}>← {t('users.title')}</a>
      </p>
      <div class="head">
        <h1>
          {user.name} <Badge state={user.status} />
        </h1>
        <Actions user={user} />
      </div>
      <DenialNotice denial={denial} />
      <UserSummary user={user} activeApiKeys={activeApiKeys} period={period} totals={usage.totals} />
      <UserDetails user={user} values={values} roles={roles} denial={denial} />
      <UsageSection period={period} usage={usage} path={path} />
      <KeysOfUser user={user} apiKeys={apiKeys} />
    </AdminLayout>
  );
}

function Actions({ user }: { user: User }) {
  const { t, link } = usePage();
  const path = `/admin/users/${user.id}`;
  return (
    <div class="actions">
      <LinkButton to={`${path}/reset-password`} class="secondary" isDialog>
        {t('users.reset')}
      </LinkButton>
      {user.status === 'active' ? (
        <LinkButton to={`${path}/suspend`} class="secondary" isDialog>
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
  );
}

function KeysOfUser({ user, apiKeys }: Pick<UserPageProps, 'user' | 'apiKeys'>) {
  const { t, link } = usePage();
  return (
    <section class="card">
      <h2>{t('users.keysOf')}</h2>
      {apiKeys.length === 0 ? (
        <p class="quiet">{t('users.noKeys')}</p>
      ) : (
        <>
          <KeyTable
            label={t('users.keysOf')}
            columns={['linkedName', 'prefix', 'created', 'lastUsed', 'statusAndExpiry']}
            keys={apiKeys.map((apiKey) => ({ apiKey, owner: null }))}
            path="/admin/api-keys"
            isStacked
          />
          <a href={link(withQuery('/admin/api-keys', { userId: user.id }))}>{t('users.allKeysOf')}</a>
        </>
      )}
    </section>
  );
}
