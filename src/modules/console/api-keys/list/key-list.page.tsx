import type { RateLimitState } from '../../../../common/access/index.js';
import { MAX_EXACT_TOTAL, type ApiKey, type ApiKeySummary } from '../../../api-keys/index.js';
import type { UsageCounts } from '../../../usage/index.js';
import { FilterChips } from '../../components/lists/filter-chips.js';
import { LinkButton } from '../../components/link-button.js';
import { ListFilter } from '../../components/lists/list-filter.js';
import { DenialNotice } from '../../components/notices.js';
import { Pager } from '../../components/lists/pager.js';
import { Select } from '../../components/fields/select.js';
import type { Denial } from '../../forms/form-result.js';
import type { Paging } from '../../forms/paging.js';
import { Layout } from '../../rendering/layout.js';
import { usePage } from '../../rendering/page-context.js';
import { withQuery } from '../../rendering/page.js';
import { KeyTable } from '../key-table.js';
import { KEY_VIEW_NAMES, pathOfView, viewQuery, type KeyView } from './key-views.js';
import { OwnUsage } from './own-usage.js';
import { RateLimitMeter } from './rate-limit-meter.js';

export interface KeyList {
  readonly data: readonly ApiKey[];
  readonly nextCursor: string | null;
  /** Exact up to `MAX_EXACT_TOTAL`. If there are more keys, it is higher by one. */
  readonly total: number;
}

/** The part of the user's keys that the page shows. */
export interface ShownList {
  readonly view: KeyView;
  readonly search: string;
  /** The submitted sort order, or `undefined` for the default one. */
  readonly sort: string | undefined;
  readonly paging: Paging;
}

/** Returns whether the list begins with the first of all keys that are not revoked. */
export const isUnfiltered = ({ view, search, paging }: ShownList): boolean =>
  view === KEY_VIEW_NAMES[0] && search.trim() === '' && paging.isFirst;

/** What the page tells a user who has no keys, apart from revoked ones. */
export interface NoKeys {
  readonly hasRevokedKeys: boolean;
}

interface KeyListPageProps {
  readonly keys: KeyList;
  readonly shown: ShownList;
  /** Set if the list is empty without a filter. */
  readonly noKeys: NoKeys | null;
  readonly requests: UsageCounts;
  readonly summary: ApiKeySummary;
  readonly rateLimit: RateLimitState;
  readonly windowSeconds: number;
  readonly denial: Denial | null;
}

export function KeyListPage(props: KeyListPageProps) {
  const { t } = usePage();
  const { noKeys, denial } = props;
  return (
    <Layout title={t('keys.title')} denial={denial} scripts={['rate-limit-meter.js']}>
      <div class="head">
        <div>
          <h1>{t('keys.title')}</h1>
          <p class="lead">{t('keys.lead')}</p>
        </div>
        {!noKeys && <LinkButton to="/api-keys/create">{t('keys.createNew')}</LinkButton>}
      </div>
      <DenialNotice denial={denial} hiddenField="cursor" />
      {noKeys ? <EmptyState {...noKeys} /> : <KeysWithUsage {...props} />}
    </Layout>
  );
}

function EmptyState({ hasRevokedKeys }: NoKeys) {
  const { t, link } = usePage();
  return (
    <section class="card empty">
      <h2>{t('keys.emptyTitle')}</h2>
      <p>{t('keys.emptyText')}</p>
      <p>
        <LinkButton to="/api-keys/create">{t('keys.createNew')}</LinkButton>
      </p>
      <a href={link('/help')}>{t('keys.emptySteps')}</a>
      {hasRevokedKeys && (
        <p>
          <a href={link(pathOfView('revoked'))}>{t('keys.showRevoked')}</a>
        </p>
      )}
    </section>
  );
}

function KeysWithUsage(props: KeyListPageProps) {
  const { t, link } = usePage();
  const { keys, shown, requests, summary, rateLimit, windowSeconds } = props;
  return (
    <>
      <OwnUsage requests={requests} summary={summary} />
      <RateLimitMeter state={rateLimit} windowSeconds={windowSeconds} />
      <FilterChips
        label={t('keys.views')}
        chips={KEY_VIEW_NAMES.map((view) => ({
          text: t(`keys.view.${view}`),
          to: pathOfView(view),
          isCurrent: view === shown.view,
        }))}
      />
      <SearchAndSort {...props} />
      {keys.data.length > 0 ? (
        <KeyTable
          isStacked
          label={t('keys.title')}
          columns={['linkedName', 'prefix', 'created', 'lastUsed', 'statusAndExpiry', 'revoke']}
          keys={keys.data.map((apiKey) => ({ apiKey, owner: null }))}
          path="/api-keys"
        />
      ) : (
        <p class="empty">
          {t('keys.noMatch')}{' '}
          {shown.search !== '' && shown.view !== 'all' && (
            <a href={link(withQuery('/api-keys', { search: shown.search, ...viewQuery('all') }))}>
              {t('keys.searchAll')}
            </a>
          )}
        </p>
      )}
      <KeyPager {...props} />
    </>
  );
}

function SearchAndSort({ shown: { view, search, sort }, denial }: KeyListPageProps) {
  const { t } = usePage();
  return (
    <ListFilter
      to="/api-keys"
      searchLabel={t('keys.searchLabel')}
      search={search}
      kept={viewQuery(view)}
      isFiltered={search !== ''}
      denial={denial}
    >
      <Select
        name="sort"
        label={t('keys.sort.label')}
        value={sort ?? ''}
        choices={[
          ['', t('keys.sort.createdAt')],
          ['lastUsedAt', t('keys.sort.lastUsedAt')],
        ]}
        denial={denial}
      />
    </ListFilter>
  );
}

function KeyPager({ keys, shown }: KeyListPageProps) {
  const { t } = usePage();
  const { view, search, sort, paging } = shown;
  const isExact = keys.total <= MAX_EXACT_TOTAL;
  return (
    <Pager
      path="/api-keys"
      query={{ ...viewQuery(view), search, sort }}
      paging={paging}
      nextCursor={keys.nextCursor}
      count={
        isExact ? t('keys.count', { count: keys.total }) : t('keys.countMore', { count: MAX_EXACT_TOTAL })
      }
    />
  );
}
