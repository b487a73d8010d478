import type { ApiKey } from '../../api-keys/index.js';
import type { UsageInterval, UsageBucket } from '../../usage/index.js';
import { Badge } from '../components/badge.js';
import { LinkButton } from '../components/link-button.js';
import { DenialNotice } from '../components/notices.js';
import { OptionalTime, SentenceWithTime, Time, TIME_PLACEHOLDER } from '../components/time.js';
import type { Denial } from '../forms/form-result.js';
import { Layout } from '../rendering/layout.js';
import { usePage } from '../rendering/page-context.js';
import { withQuery } from '../rendering/page.js';
import { UsageReport } from '../usage/usage-report.js';
import { KeyNameField } from './key-fields.js';

interface ApiKeyPageProps {
  readonly apiKey: ApiKey;
  readonly activeDescendants: number;
  /** The submitted name, or the key's current name. */
  readonly name: string;
  readonly interval: UsageInterval;
  readonly usage: readonly UsageBucket[];
  readonly denial: Denial | null;
}

export function ApiKeyPage(props: ApiKeyPageProps) {
  const { apiKey, activeDescendants, name, interval, usage, denial } = props;
  const { t, link } = usePage();
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
        {(apiKey.status !== 'revoked' || activeDescendants > 0) && (
          <LinkButton to={withQuery(`${path}/revoke`, { next: path })} class="danger" isDialog>
            {t(apiKey.status === 'revoked' ? 'keyPage.revokeMade' : 'keys.revoke')}
          </LinkButton>
        )}
      </div>
      <DenialNotice denial={denial} />
      <section class="card">
        <h2>{t('keyPage.details')}</h2>
        <Details apiKey={apiKey} activeDescendants={activeDescendants} />
        <form method="post" action={link(path)}>
          <KeyNameField value={name} denial={denial} />
          <button type="submit" class="secondary">
            {t('keyPage.rename')}
          </button>
        </form>
      </section>
      <section class="card">
        <h2>{t('usage.title')}</h2>
        <nav class="tabs" aria-label={t('usage.title')}>
          <a href={link(path)} aria-current={interval === 'hour' ? 'true' : undefined}>
            {t('usage.byHour')}
          </a>
          <a href={link(`${path}?interval=day`)} aria-current={interval === 'day' ? 'true' : undefined}>
            {t('usage.byDay')}
          </a>
        </nav>
        <UsageReport
          buckets={usage}
          interval={interval}
          title={t('usage.chart', {
            interval: interval === 'hour' ? t('usage.byHour') : t('usage.byDay'),
          })}
        />
      </section>
    </Layout>
  );
}

function Details({ apiKey, activeDescendants }: Pick<ApiKeyPageProps, 'apiKey' | 'activeDescendants'>) {
  const { t, format } = usePage();
  const { createdByKeyId } = apiKey;
  return (
    <dl class="facts">
      <dt>{t('keys.key')}</dt>
      <dd>
        <code>{apiKey.prefix}</code>
      </dd>
      <dt>{t('common.created')}</dt>
      <dd>
        <Time at={apiKey.createdAt} />
      </dd>
      <dt>{t('keyPage.createdBy')}</dt>
      <dd>{createdByKeyId === null ? t('keyPage.bySession') : t('keyPage.byKey', { id: createdByKeyId })}</dd>
      {activeDescendants > 0 && (
        <>
          <dt>{t('keyPage.made')}</dt>
          <dd>{format.number(activeDescendants)}</dd>
        </>
      )}
      <dt>{t('keys.lastUsed')}</dt>
      <dd>
        <LastUsed apiKey={apiKey} />
      </dd>
      <dt>{t('keys.expires')}</dt>
      <dd>
        <OptionalTime at={apiKey.expiresAt} otherwise={t('createKey.never')} />
      </dd>
      {apiKey.revokedAt && (
        <>
          <dt>{t('keyPage.revokedAt')}</dt>
          <dd>
            <Time at={apiKey.revokedAt} />
          </dd>
          <dt>{t('keyPage.reason')}</dt>
          <dd class="long">{apiKey.revokedReason ?? t('common.none')}</dd>
        </>
      )}
    </dl>
  );
}

function LastUsed({ apiKey: { lastUsedAt, lastUsedFrom } }: Pick<ApiKeyPageProps, 'apiKey'>) {
  const { t } = usePage();
  if (!lastUsedAt || !lastUsedFrom) return <OptionalTime at={lastUsedAt} otherwise={t('keys.neverUsed')} />;
  return (
    <SentenceWithTime
      text={t('keys.usedFrom', { time: TIME_PLACEHOLDER, address: lastUsedFrom })}
      at={lastUsedAt}
      isRelative
    />
  );
}
