import type { OwnedApiKey } from '../../../api-keys/index.js';
import { DenialNotice } from '../../components/notices.js';
import { Pager } from '../../components/lists/pager.js';
import type { Denial } from '../../forms/form-result.js';
import type { Paging } from '../../forms/paging.js';
import { usePage } from '../../rendering/page-context.js';
import { AdminLayout } from '../admin-layout.js';
import { AllKeysFilter } from './all-keys-filter.js';
import type { KeyFilterValues } from './key-filter-values.js';
import { SelectableKeys } from './selectable-keys.js';

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
  const isEmpty = keys.data.length === 0;
  return (
    <AdminLayout title={t('allKeys.title')} denial={denial} scripts={isEmpty ? [] : ['key-selection.js']}>
      <h1>{t('allKeys.title')}</h1>
      <DenialNotice denial={denial} hiddenField={denial?.errorOf('status') ? 'status' : 'cursor'} />
      <AllKeysFilter filter={filter} owner={keys.data[0]?.owner ?? null} denial={denial} />
      {isEmpty ? (
        <p class="empty">{t('keys.noMatch')}</p>
      ) : (
        <SelectableKeys keys={keys.data} filter={filter} />
      )}
      <Pager path="/admin/api-keys" query={{ ...filter }} paging={paging} nextCursor={keys.nextCursor} />
    </AdminLayout>
  );
}
