import { API_KEY_STATUSES, type ApiKey } from '../../api-keys/index.js';
import type { User } from '../../users/index.js';
import { LastUse } from '../api-keys/last-use.js';
import type { Refusal } from '../page/forms.js';
import { usePage } from '../page/page-context.js';
import { withQuery } from '../page/page.js';
import {
  Badge,
  Done,
  Field,
  GoButton,
  Pager,
  RefusalNotice,
  Select,
  TableFrame,
  Time,
} from '../page/parts.js';
import { AdminLayout } from './admin-layout.js';
import type { KeyFilterTexts } from './key-filter.js';

interface OwnedKey {
  readonly apiKey: ApiKey;
  readonly owner: User;
}

export interface OwnedKeyList {
  readonly data: readonly OwnedKey[];
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
      <Filter filter={filter} owner={keys.data[0]?.owner ?? null} refusal={refusal} />
      {keys.data.length === 0 ? (
        <p class="empty">{t('keys.noMatch')}</p>
      ) : (
        <>
          <KeyTable keys={keys.data} now={props.now} />
          <div class="buttons">
            <button form="selected" class="danger">
              {t('allKeys.revokeSelected')}
            </button>
            <GoButton to="/admin/api-keys/revoke" query={{ ...filter }} class="danger">
              {t('allKeys.revokeMatching')}
            </GoButton>
          </div>
        </>
      )}
      <Pager
        first={isFirstPage ? null : withQuery('/admin/api-keys', { ...filter })}
        next={keys.nextCursor && withQuery('/admin/api-keys', { ...filter, cursor: keys.nextCursor })}
      />
    </AdminLayout>
  );
}

interface FilterProps extends Pick<AllKeysPageProps, 'filter' | 'refusal'> {
  /** Whose keys are shown, where they are all of one user. */
  readonly owner: User | null;
}

function Filter({ filter, owner, refusal }: FilterProps) {
  const { t, link } = usePage();
  return (
    <form method="get" action={link('/admin/api-keys')} class="filter" aria-label={t('common.search')}>
      {filter.userId !== '' && (
        <p class="only">
          <label>
            <input type="checkbox" name="userId" value={filter.userId} checked />
            {t('allKeys.onlyOf', { name: owner?.name ?? filter.userId })}
          </label>
        </p>
      )}
      <Field
        name="search"
        label={t('allKeys.searchLabel')}
        type="search"
        value={filter.search}
        maxLength={254}
        refusal={refusal}
      />
      <Select
        name="status"
        label={t('common.status')}
        value={filter.status}
        choices={[
          ['', t('common.any')],
          ...API_KEY_STATUSES.map((status) => [status, t(`status.${status}`)] as const),
        ]}
      />
      <Field
        name="unusedForDays"
        label={t('allKeys.unusedFor')}
        type="number"
        min={1}
        max={36_500}
        value={filter.unusedForDays}
        refusal={refusal}
      />
      <button class="secondary">{t('common.search')}</button>
    </form>
  );
}

function KeyTable({ keys, now }: { keys: readonly OwnedKey[]; now: Date }) {
  const { t, link } = usePage();
  return (
    <TableFrame label={t('allKeys.title')}>
      <form id="selected" method="get" action={link('/admin/api-keys/revoke')}>
        <input type="hidden" name="selection" value="ids" />
      </form>
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">{t('common.actions')}</span>
            </th>
            <th scope="col">{t('common.name')}</th>
            <th scope="col">{t('allKeys.owner')}</th>
            <th scope="col">{t('keys.key')}</th>
            <th scope="col">{t('common.created')}</th>
            <th scope="col">{t('keys.lastUsed')}</th>
            <th scope="col">{t('common.status')}</th>
            <th scope="col">
              <span class="unseen">{t('keys.revoke')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
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
        </tbody>
      </table>
    </TableFrame>
  );
}
