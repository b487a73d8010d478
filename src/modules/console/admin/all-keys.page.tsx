import { MAX_UNUSED_DAYS } from '../../admin/index.js';
import { API_KEY_STATUSES, type OwnedApiKey } from '../../api-keys/index.js';
import type { User } from '../../users/index.js';
import { LastUse } from '../api-keys/last-use.js';
import type { Refusal } from '../page/forms.js';
import { AnyOf, DataTable, Filter, Pager, Unseen } from '../page/lists.js';
import { usePage } from '../page/page-context.js';
import { Badge, Done, Field, GoButton, RefusalNotice, Time } from '../page/parts.js';
import { AdminLayout } from './admin-layout.js';
import type { KeyFilterTexts } from './key-filter.js';

export interface OwnedKeyList {
  readonly data: readonly OwnedApiKey[];
  readonly nextCursor: string | null;
}

interface AllKeysPageProps {
  readonly keys: OwnedKeyList;
  readonly filter: KeyFilterTexts;
  readonly isFirstPage: boolean;
  readonly now: Date;
  /** The name of the key that was just revoked. */
  readonly revoked: string | null;
  /** How many were just revoked together. */
  readonly revokedCount: number | null;
  readonly refusal: Refusal | null;
}

export function AllKeysPage({ keys, filter, isFirstPage, ...props }: AllKeysPageProps) {
  const { t } = usePage();
  const { revoked, revokedCount, refusal } = props;
  return (
    <AdminLayout title={t('allKeys.title')}>
      <h1>{t('allKeys.title')}</h1>
      {revoked !== null && <Done>{t('keys.revoked', { name: revoked })}</Done>}
      {revokedCount !== null && <Done>{t('bulk.done', { count: revokedCount })}</Done>}
      <RefusalNotice refusal={refusal} hidden="cursor" />
      <KeyFilter filter={filter} owner={keys.data[0]?.owner ?? null} refusal={refusal} />
      {keys.data.length === 0 ? (
        <p class="empty">{t('keys.noMatch')}</p>
      ) : (
        <>
          <KeyTable keys={keys.data} now={props.now} />
          <div class="buttons">
            <button form="selected" class="danger">
              {t('allKeys.revokeSelected')}
            </button>
            <GoButton to="/admin/api-keys/revoke" query={{ ...filter, selection: 'filter' }} class="danger">
              {t('allKeys.revokeMatching')}
            </GoButton>
          </div>
        </>
      )}
      <Pager
        path="/admin/api-keys"
        filter={{ ...filter }}
        isFirstPage={isFirstPage}
        nextCursor={keys.nextCursor}
      />
    </AdminLayout>
  );
}

interface KeyFilterProps extends Pick<AllKeysPageProps, 'filter' | 'refusal'> {
  /** Whose keys are shown, where they are all of one user. */
  readonly owner: User | null;
}

function KeyFilter({ filter, owner, refusal }: KeyFilterProps) {
  const { t } = usePage();
  return (
    <Filter
      to="/admin/api-keys"
      searchLabel={t('allKeys.searchLabel')}
      search={filter.search}
      refusal={refusal}
    >
      <AnyOf
        name="status"
        label={t('common.status')}
        value={filter.status}
        choices={API_KEY_STATUSES}
        textOf={(status) => t(`status.${status}`)}
        refusal={refusal}
      />
      <Field
        name="unusedForDays"
        label={t('allKeys.unusedFor')}
        type="number"
        min={1}
        max={MAX_UNUSED_DAYS}
        value={filter.unusedForDays}
        refusal={refusal}
      />
      {filter.userId !== '' && (
        <label class="only">
          <input type="checkbox" name="userId" value={filter.userId} checked />
          {t('allKeys.onlyOf', { name: owner?.name ?? filter.userId })}
        </label>
      )}
    </Filter>
  );
}

function KeyTable({ keys, now }: { keys: readonly OwnedApiKey[]; now: Date }) {
  const { t, link } = usePage();
  return (
    <>
      <form id="selected" method="get" action={link('/admin/api-keys/revoke')}>
        <input type="hidden" name="selection" value="ids" />
      </form>
      <DataTable
        label={t('allKeys.title')}
        columns={[
          <Unseen>{t('common.actions')}</Unseen>,
          t('common.name'),
          t('allKeys.owner'),
          t('keys.key'),
          t('common.created'),
          t('keys.lastUsed'),
          t('common.status'),
          <Unseen>{t('keys.revoke')}</Unseen>,
        ]}
      >
        {keys.map(({ apiKey, owner }) => (
          <tr key={apiKey.id}>
            <td>
              <input
                type="checkbox"
                form="selected"
                name="ids"
                value={apiKey.id}
                aria-label={t('allKeys.select', { name: apiKey.name })}
                disabled={apiKey.status === 'revoked'}
              />
            </td>
            <th scope="row" class="long">
              {apiKey.name}
            </th>
            <td class="long">
              <a href={link(`/admin/users/${owner.id}`)}>{owner.email}</a>
            </td>
            <td>
              <code>{apiKey.prefix}</code>
            </td>
            <td>
              <Time at={apiKey.createdAt} isRelative />
            </td>
            <td>
              <LastUse apiKey={apiKey} now={now} />
            </td>
            <td>
              <Badge state={apiKey.status} />
            </td>
            <td class="act">
              {apiKey.status !== 'revoked' && (
                <GoButton to={`/admin/api-keys/${apiKey.id}/revoke`} class="danger small" isDialog>
                  {t('keys.revoke')}
                  <span class="unseen"> {apiKey.name}</span>
                </GoButton>
              )}
            </td>
          </tr>
        ))}
      </DataTable>
    </>
  );
}
