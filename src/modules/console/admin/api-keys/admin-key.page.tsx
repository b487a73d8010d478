import type { ApiKey, OwnedApiKey, ParentKey } from '../../../api-keys/index.js';
import type { PeriodUsage, UsagePeriod } from '../../../usage/index.js';
import { CreatedKeys } from '../../api-keys/created-keys.js';
import { KeyDetails } from '../../api-keys/key-details.js';
import { KeyHeading } from '../../api-keys/key-heading.js';
import { usePage } from '../../rendering/page-context.js';
import { UsageSection } from '../../usage/usage-section.js';
import { AdminLayout } from '../admin-layout.js';

const LIST = '/admin/api-keys';

interface AdminKeyPageProps extends OwnedApiKey {
  /** The key that created this key, if it still exists. */
  readonly parent: ParentKey | null;
  /** The newest keys that were created directly with this key, and the number of all of them. */
  readonly createdKeys: readonly ApiKey[];
  readonly createdCount: number;
  readonly activeDescendants: number;
  readonly period: UsagePeriod;
  readonly usage: PeriodUsage;
}

/** Shows a key of any user. An admin can revoke it, but only its owner can change it. */
export function AdminKeyPage(props: AdminKeyPageProps) {
  const { apiKey, owner, parent, activeDescendants, period, usage } = props;
  const { t } = usePage();
  return (
    <AdminLayout title={apiKey.name} scripts={['chart.js']}>
      <KeyHeading
        apiKey={apiKey}
        activeDescendants={activeDescendants}
        list={LIST}
        listTitle={t('allKeys.title')}
      />
      <section class="card">
        <h2>{t('keyPage.details')}</h2>
        <KeyDetails
          apiKey={apiKey}
          parent={parent}
          creator={t('allKeys.byOwner')}
          list={LIST}
          owner={owner}
        />
      </section>
      <UsageSection period={period} usage={usage} path={`${LIST}/${apiKey.id}`} />
      <CreatedKeys
        keys={props.createdKeys}
        total={props.createdCount}
        activeDescendants={activeDescendants}
        list={LIST}
      />
    </AdminLayout>
  );
}
