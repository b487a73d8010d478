import type { RateLimitState } from '../../../common/access/index.js';
import { API_KEY_STATUSES, type ApiKey } from '../../api-keys/index.js';
import type { Refusal } from '../page/forms.js';
import { Layout } from '../page/layout.js';
import { AnyOf, DataTable, Filter, Pager, Unseen } from '../page/lists.js';
import { usePage } from '../page/page-context.js';
import { Badge, Done, GoButton, MaybeTime, RefusalNotice, Time } from '../page/parts.js';
import { Budget } from './budget.js';
import { LastUse } from './last-use.js';

export interface KeyList {
  readonly data: readonly ApiKey[];
  readonly nextCursor: string | null;
}

interface ApiKeyListPageProps {
  readonly keys: KeyList;
  readonly filter: { readonly status: string; readonly search: string };
  readonly isFirstPage: boolean;
  readonly budget: RateLimitState;
  readonly windowSeconds: number;
  readonly now: Date;
  /** The name of the key that was just revoked. */
  readonly revoked: string | null;
  readonly refusal: Refusal | null;
}

export function ApiKeyListPage(props: ApiKeyListPageProps) {
  const { t } = usePage();
  const { keys, filter, isFirstPage, revoked, refusal } = props;
  const isFiltered = filter.status !== '' || filter.search !== '';
  const isEmpty = keys.data.length === 0 && !isFiltered && isFirstPage && !refusal;
  return (
    <Layout title={t('keys.title')} scripts={['budget.js']}>
      <div class="head">
        <div>
          <h1>{t('keys.title')}</h1>
          <p class="lead">{t('keys.lead')}</p>
        </div>
        <GoButton to="/api-keys/create">{t('keys.createNew')}</GoButton>
      </div>
      {revoked && <Done>{t('keys.revoked', { name: revoked })}</Done>}
      <RefusalNotice refusal={refusal} hidden="cursor" />
      {isEmpty ? (
        <EmptyState />
      ) : (
        <>
          <Budget state={props.budget} windowSeconds={props.windowSeconds} />
          <KeyFilter filter={filter} refusal={refusal} />
          {keys.data.length === 0 ? (
            <p class="empty">{t('keys.noMatch')}</p>
          ) : (
            <KeyTable keys={keys.data} now={props.now} />
          )}
          <Pager path="/api-keys" filter={filter} isFirstPage={isFirstPage} nextCursor={keys.nextCursor} />
        </>
      )}
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

function KeyFilter({ filter, refusal }: Pick<ApiKeyListPageProps, 'filter' | 'refusal'>) {
  const { t } = usePage();
  return (
    <Filter to="/api-keys" searchLabel={t('keys.searchLabel')} search={filter.search} refusal={refusal}>
      <AnyOf
        name="status"
        label={t('common.status')}
        value={filter.status}
        choices={API_KEY_STATUSES}
        textOf={(status) => t(`status.${status}`)}
        refusal={refusal}
      />
    </Filter>
  );
}

function KeyTable({ keys, now }: { keys: readonly ApiKey[]; now: Date }) {
  const { t, link } = usePage();
  return (
    <DataTable
      isStacked
      label={t('keys.title')}
      columns={[
        t('common.name'),
        t('keys.key'),
        t('common.created'),
        t('keys.lastUsed'),
        t('common.status'),
        <Unseen>{t('common.actions')}</Unseen>,
      ]}
    >
      {keys.map((key) => (
        <tr key={key.id}>
          <th scope="row" class="long">
            <a href={link(`/api-keys/${key.id}`)}>{key.name}</a>
          </th>
          <td>
            <code>{key.prefix}</code>
          </td>
          <td data-label={t('common.created')}>
            <Time at={key.createdAt} isRelative />
          </td>
          <td data-label={t('keys.lastUsed')}>
            <LastUse apiKey={key} now={now} />
          </td>
          <td>
            <Badge state={key.status} />
            {key.status === 'active' && key.expiresAt && (
              <small class="quiet">
                {t('keys.expires')} <MaybeTime at={key.expiresAt} otherwise="" />
              </small>
            )}
          </td>
          <td class="act">
            {key.status !== 'revoked' && (
              <GoButton to={`/api-keys/${key.id}/revoke`} class="danger small" isDialog>
                {t('keys.revoke')}
                <span class="unseen"> {key.name}</span>
              </GoButton>
            )}
          </td>
        </tr>
      ))}
    </DataTable>
  );
}
