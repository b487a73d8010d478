import { MAX_FILTER_DAYS, type OwnedApiKey } from '../../../api-keys/index.js';
import type { User } from '../../../users/index.js';
import { SELECTION_FORM_ID } from '../../api-keys/key-columns.js';
import { KeyFilter } from '../../api-keys/key-filter.js';
import { KeyTable } from '../../api-keys/key-table.js';
import { Field } from '../../components/field.js';
import { LinkButton } from '../../components/link-button.js';
import { DenialNotice, SuccessNotice } from '../../components/notices.js';
import { Pager } from '../../components/pager.js';
import type { Denial } from '../../forms/form-result.js';
import { usePage } from '../../rendering/page-context.js';
import { AdminLayout } from '../admin-layout.js';
import type { KeyFilterValues } from './key-filter-values.js';

export interface OwnedKeyList {
  readonly data: readonly OwnedApiKey[];
  readonly nextCursor: string | null;
}

interface AllKeysPageProps {
  readonly keys: OwnedKeyList;
  readonly filter: KeyFilterValues;
  readonly isFirstPage: boolean;
  readonly now: Date;
  /** The name of the key that was just revoked. */
  readonly revoked: string | null;
  /** The number of keys that were just revoked together. */
  readonly revokedCount: number | null;
  readonly denial: Denial | null;
}

export function AllKeysPage({ keys, filter, isFirstPage, ...props }: AllKeysPageProps) {
  const { t } = usePage();
  const { now, revoked, revokedCount, denial } = props;
  return (
    <AdminLayout title={t('allKeys.title')}>
      <h1>{t('allKeys.title')}</h1>
      {revoked !== null && <SuccessNotice>{t('keys.revoked', { name: revoked })}</SuccessNotice>}
      {revokedCount !== null && <SuccessNotice>{t('bulk.done', { count: revokedCount })}</SuccessNotice>}
      <DenialNotice denial={denial} hiddenField="cursor" />
      <AllKeysFilter filter={filter} owner={keys.data[0]?.owner ?? null} denial={denial} />
      {keys.data.length === 0 ? (
        <p class="empty">{t('keys.noMatch')}</p>
      ) : (
        <SelectableKeys keys={keys.data} filter={filter} now={now} />
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

interface AllKeysFilterProps extends Pick<AllKeysPageProps, 'filter' | 'denial'> {
  /** The owner of the first key. The filter shows the owner's name if it selects the keys of one user. */
  readonly owner: User | null;
}

function AllKeysFilter({ filter, owner, denial }: AllKeysFilterProps) {
  const { t } = usePage();
  return (
    <KeyFilter to="/admin/api-keys" searchLabel={t('allKeys.searchLabel')} filter={filter} denial={denial}>
      <Field
        name="unusedForDays"
        label={t('allKeys.unusedFor')}
        type="number"
        min={1}
        max={MAX_FILTER_DAYS}
        value={filter.unusedForDays}
        denial={denial}
      />
      {filter.userId !== '' && (
        <label class="only">
          <input type="checkbox" name="userId" value={filter.userId} checked />
          {t('allKeys.onlyOf', { name: owner?.name ?? filter.userId })}
        </label>
      )}
    </KeyFilter>
  );
}

interface SelectableKeysProps extends Pick<AllKeysPageProps, 'filter' | 'now'> {
  readonly keys: readonly OwnedApiKey[];
}

function SelectableKeys({ keys, filter, now }: SelectableKeysProps) {
  const { t, link } = usePage();
  return (
    <>
      <form id={SELECTION_FORM_ID} method="get" action={link('/admin/api-keys/revoke')}>
        <input type="hidden" name="selection" value="ids" />
      </form>
      <KeyTable
        label={t('allKeys.title')}
        columns={['select', 'name', 'linkedOwner', 'prefix', 'created', 'lastUsed', 'status', 'revoke']}
        keys={keys}
        path="/admin/api-keys"
        now={now}
      />
      <div class="buttons">
        <button form={SELECTION_FORM_ID} class="danger">
          {t('allKeys.revokeSelected')}
        </button>
        <LinkButton to="/admin/api-keys/revoke" query={{ ...filter, selection: 'filter' }} class="danger">
          {t('allKeys.revokeMatching')}
        </LinkButton>
      </div>
    </>
  );
}
