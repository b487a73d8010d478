import type { RateLimitState } from '../../../common/access/index.js';
import type { ApiKey } from '../../api-keys/index.js';
import { LinkButton } from '../components/link-button.js';
import { DenialNotice, SuccessNotice } from '../components/notices.js';
import { Pager } from '../components/pager.js';
import type { Denial } from '../forms/form-result.js';
import { Layout } from '../rendering/layout.js';
import { usePage } from '../rendering/page-context.js';
import { RateLimitMeter } from './rate-limit-meter.js';
import { KeyFilter } from './key-filter.js';
import { KeyTable } from './key-table.js';

export interface KeyList {
  readonly data: readonly ApiKey[];
  readonly nextCursor: string | null;
}

interface ApiKeyListPageProps {
  readonly keys: KeyList;
  readonly filter: { readonly status: string; readonly search: string };
  readonly isFirstPage: boolean;
  readonly rateLimit: RateLimitState;
  readonly windowSeconds: number;
  readonly now: Date;
  /** The name of the key that was just revoked. */
  readonly revoked: string | null;
  readonly denial: Denial | null;
}

export function ApiKeyListPage(props: ApiKeyListPageProps) {
  const { t } = usePage();
  const { keys, filter, isFirstPage, revoked, denial } = props;
  const isFiltered = filter.status !== '' || filter.search !== '';
  const isEmpty = keys.data.length === 0 && !isFiltered && isFirstPage && !denial;
  return (
    <Layout title={t('keys.title')} scripts={['rate-limit-meter.js']}>
      <div class="head">
        <div>
          <h1>{t('keys.title')}</h1>
          <p class="lead">{t('keys.lead')}</p>
        </div>
        <LinkButton to="/api-keys/create">{t('keys.createNew')}</LinkButton>
      </div>
      {revoked && <SuccessNotice>{t('keys.revoked', { name: revoked })}</SuccessNotice>}
      <DenialNotice denial={denial} hiddenField="cursor" />
      {isEmpty ? <EmptyState /> : <FilteredKeys {...props} />}
    </Layout>
  );
}

function EmptyState() {
  const { t, link } = usePage();
  return (
    <section class="card empty">
      <h2>{t('keys.emptyTitle')}</h2>
      <p>{t('keys.emptyText')}</p>
      <a href={link('/help')}>{t('keys.emptySteps')}</a>
    </section>
  );
}

function FilteredKeys({
  keys,
  filter,
  isFirstPage,
  rateLimit,
  windowSeconds,
  now,
  denial,
}: ApiKeyListPageProps) {
  const { t } = usePage();
  return (
    <>
      <RateLimitMeter state={rateLimit} windowSeconds={windowSeconds} />
      <KeyFilter to="/api-keys" searchLabel={t('keys.searchLabel')} filter={filter} denial={denial} />
      {keys.data.length === 0 ? (
        <p class="empty">{t('keys.noMatch')}</p>
      ) : (
        <KeyTable
          isStacked
          label={t('keys.title')}
          columns={['linkedName', 'prefix', 'created', 'lastUsed', 'statusAndExpiry', 'revoke']}
          keys={keys.data.map((apiKey) => ({ apiKey, owner: null }))}
          path="/api-keys"
          now={now}
        />
      )}
      <Pager path="/api-keys" filter={filter} isFirstPage={isFirstPage} nextCursor={keys.nextCursor} />
    </>
  );
}
