import type { ApiKey } from '../../api-keys/index.js';
import type { PeriodUsage, UsagePeriod } from '../../usage/index.js';
import { Badge } from '../components/badge.js';
import { LinkButton } from '../components/link-button.js';
import { DenialNotice } from '../components/notices.js';
import type { Denial } from '../forms/form-result.js';
import { Layout } from '../rendering/layout.js';
import { usePage } from '../rendering/page-context.js';
import { withQuery } from '../rendering/page.js';
import { UsageSection } from '../usage/usage-section.js';
import { KeyDetails } from './key-details.js';
import { KeyNameField } from './key-fields.js';

interface ApiKeyPageProps {
  readonly apiKey: ApiKey;
  readonly activeDescendants: number;
  /** The submitted name, or the key's current name. */
  readonly name: string;
  readonly period: UsagePeriod;
  readonly usage: PeriodUsage;
  readonly denial: Denial | null;
}

/** Shows one of the user's own keys. */
export function ApiKeyPage(props: ApiKeyPageProps) {
  const { apiKey, name, period, usage, denial } = props;
  const { t, link } = usePage();
  const { createdByKeyId } = apiKey;
  const path = `/api-keys/${apiKey.id}`;
  return (
    <Layout title={apiKey.name} denial={denial} scripts={['chart.js']}>
      <p>
        <a href={link('/api-keys')}>← {t('keyPage.backToKeys')}</a>
      </p>
      <div class="head">
        <h1>
          {apiKey.name} <Badge state={apiKey.status} />
        </h1>
        <Actions {...props} />
      </div>
      <DenialNotice denial={denial} />
      <section class="card">
        <h2>{t('keyPage.details')}</h2>
        <KeyDetails
          apiKey={apiKey}
          createdBy={
            createdByKeyId === null ? t('keyPage.bySession') : t('keyPage.byKey', { id: createdByKeyId })
          }
        />
        <form method="post" action={link(path)}>
          <KeyNameField value={name} denial={denial} />
          <button type="submit" class="secondary">
            {t('keyPage.rename')}
          </button>
        </form>
      </section>
      <UsageSection period={period} usage={usage} path={path} />
    </Layout>
  );
}

/** The actions that are possible in the key's state. */
function Actions({ apiKey, activeDescendants }: Pick<ApiKeyPageProps, 'apiKey' | 'activeDescendants'>) {
  const { t, path } = usePage();
  const isRevoked = apiKey.status === 'revoked';
  if (isRevoked && activeDescendants === 0) return null;
  return (
    <div class="actions">
      <LinkButton to={withQuery(`/api-keys/${apiKey.id}/revoke`, { next: path })} class="danger" isDialog>
        {t(isRevoked ? 'keyPage.revokeMade' : 'keys.revoke')}
      </LinkButton>
    </div>
  );
}
