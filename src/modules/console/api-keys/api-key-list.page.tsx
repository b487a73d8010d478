import type { RateLimitState } from '../../../common/access/index.js';
import type { ApiKey } from '../../api-keys/index.js';
import { LinkButton } from '../components/link-button.js';
import { DenialNotice } from '../components/notices.js';
import { Pager } from '../components/pager.js';
import type { Denial } from '../forms/form-result.js';
import type { Paging } from '../forms/paging.js';
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
  readonly paging: Paging;
  readonly rateLimit: RateLimitState;
  readonly windowSeconds: number;
  readonly denial: Denial | null;
}

export function ApiKeyListPage(props: ApiKeyListPageProps) {
  const { t } = usePage();
  const { keys, filter, paging, denial } = props;
  const isFiltered = filter.status !== '' || filter.search !== '';
  const isEmpty = keys.data.length === 0 && !isFiltered && paging.isFirst && !denial;
  return (
    <Layout title={t('keys.title')} denial={denial} scripts={['rate-limit-meter.js']}>
      <div class="head">
        <div>
          <h1>{t('keys.title')}</h1>
          <p class="lead">{t('keys.lead')}</p>
        </div>
        <LinkButton to="/api-keys/create">{t('keys.createNew')}</LinkButton>
      </div>
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

function FilteredKeys({ keys, filter, paging, rateLimit, windowSeconds, denial }: ApiKeyListPageProps) {
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
        />
      )}
      <Pager path="/api-keys" query={filter} paging={paging} nextCursor={keys.nextCursor} />
    </>
  );
}
