import { MAX_FILTER_DAYS, type OwnedApiKey } from '../../../api-keys/index.js';
import type { User } from '../../../users/index.js';
import { SELECTION_FORM_ID } from '../../api-keys/key-columns.js';
import { KeyFilter } from '../../api-keys/key-filter.js';
import { KeyTable } from '../../api-keys/key-table.js';
import { Field } from '../../components/field.js';
import { LinkButton } from '../../components/link-button.js';
import { DenialNotice } from '../../components/notices.js';
import { Pager } from '../../components/pager.js';
import type { Denial } from '../../forms/form-result.js';
import type { Paging } from '../../forms/paging.js';
import { usePage } from '../../rendering/page-context.js';
import { withQuery } from '../../rendering/page.js';
import { AdminLayout } from '../admin-layout.js';
import type { KeyFilterValues } from './key-filter-values.js';

export interface OwnedKeyList {
  readonly data: readonly OwnedApiKey[];
  readonly nextCursor: string | null;
}

interface AllKeysPageProps {
  readonly keys: OwnedKeyList;
  readonly filter: KeyFilterValues;
  readonly paging: Paging;
  readonly denial: Denial | null;
}

export function AllKeysPage({ keys, filter, paging, denial }: AllKeysPageProps) {
  const { t } = usePage();
  return (
    <AdminLayout title={t('allKeys.title')} denial={denial}>
      <h1>{t('allKeys.title')}</h1>
      <DenialNotice denial={denial} hiddenField="cursor" />
      <AllKeysFilter filter={filter} owner={keys.data[0]?.owner ?? null} denial={denial} />
      {keys.data.length === 0 ? (
        <p class="empty">{t('keys.noMatch')}</p>
      ) : (
        <SelectableKeys keys={keys.data} filter={filter} />
      )}
      <Pager path="/admin/api-keys" query={{ ...filter }} paging={paging} nextCursor={keys.nextCursor} />
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

interface SelectableKeysProps extends Pick<AllKeysPageProps, 'filter'> {
  readonly keys: readonly OwnedApiKey[];
}

function SelectableKeys({ keys, filter }: SelectableKeysProps) {
  const { t, link, path } = usePage();
  const query = withQuery('/admin/api-keys/revoke', { ...filter, selection: 'filter', next: path });
  return (
    <>
      <form id={SELECTION_FORM_ID} method="get" action={link('/admin/api-keys/revoke')}>
        <input type="hidden" name="selection" value="ids" />
        <input type="hidden" name="next" value={path} />
      </form>
      <KeyTable
        label={t('allKeys.title')}
        columns={['select', 'name', 'linkedOwner', 'prefix', 'created', 'lastUsed', 'status', 'revoke']}
        keys={keys}
        path="/admin/api-keys"
      />
      <div class="buttons">
        <button type="submit" form={SELECTION_FORM_ID} class="danger">
          {t('allKeys.revokeSelected')}
        </button>
        <LinkButton to={query} class="danger">
          {t('allKeys.revokeMatching')}
        </LinkButton>
      </div>
    </>
  );
}
