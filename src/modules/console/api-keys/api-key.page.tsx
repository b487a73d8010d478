import type { ApiKey, ParentKey } from '../../api-keys/index.js';
import type { PeriodUsage, UsagePeriod } from '../../usage/index.js';
import { DenialNotice } from '../components/notices.js';
import type { Denial } from '../forms/form-result.js';
import { Layout } from '../rendering/layout.js';
import { usePage } from '../rendering/page-context.js';
import { UsageSection } from '../usage/usage-section.js';
import { CreatedKeys } from './created-keys.js';
import { EditKey, type KeyValues } from './edit-key.js';
import { KeyDetails } from './key-details.js';
import { KeyHeading } from './key-heading.js';

const LIST = '/api-keys';

interface ApiKeyPageProps {
  readonly apiKey: ApiKey;
  /** The key that created this key, if it still exists. */
  readonly parent: ParentKey | null;
  /** The newest keys that were created directly with this key, and the number of all of them. */
  readonly createdKeys: readonly ApiKey[];
  readonly createdCount: number;
  readonly activeDescendants: number;
  readonly period: UsagePeriod;
  readonly usage: PeriodUsage;
  /** The submitted values, or the current ones. */
  readonly values: KeyValues;
  readonly denial: Denial | null;
}

/** Shows one of the user's own keys. */
export function ApiKeyPage(props: ApiKeyPageProps) {
  const { apiKey, parent, period, usage, values, denial } = props;
  const { t } = usePage();
  const path = `${LIST}/${apiKey.id}`;
  return (
    <Layout title={apiKey.name} denial={denial} scripts={['chart.js']}>
      <KeyHeading
        apiKey={apiKey}
        activeDescendants={props.activeDescendants}
        list={LIST}
        listTitle={t('keyPage.backToKeys')}
      />
      <DenialNotice denial={denial} />
      <InactiveNotice status={apiKey.status} />
      <section class="card">
        <h2>{t('keyPage.details')}</h2>
        <KeyDetails apiKey={apiKey} parent={parent} creator={t('keyPage.bySession')} list={LIST} />
        <EditKey path={path} values={values} denial={denial} />
      </section>
      <UsageSection period={period} usage={usage} path={path} />
      <CreatedKeys
        keys={props.createdKeys}
        total={props.createdCount}
        activeDescendants={props.activeDescendants}
        list={LIST}
      />
    </Layout>
  );
}

/** Says why requests with the key are denied, if they are. */
function InactiveNotice({ status }: Pick<ApiKey, 'status'>) {
  const { t } = usePage();
  if (status === 'active') return null;
  return <p class="notice">{t(`problem.api_key_${status}`)}</p>;
}
