import type { ComponentChildren } from 'preact';
import { API_KEY_STATUSES } from '../../api-keys/index.js';
import { ListFilter } from '../components/list-filter.js';
import { FilterSelect } from '../components/select.js';
import type { Denial } from '../forms/form-result.js';
import { usePage } from '../rendering/page-context.js';

interface KeyFilterProps {
  /** The path of the list. */
  readonly to: string;
  readonly searchLabel: string;
  readonly filter: { readonly search: string; readonly status: string };
  readonly denial: Denial | null;
  /** Additional fields for the filter form. */
  readonly children?: ComponentChildren;
}

/** The filter above a list of keys. */
export function KeyFilter({ to, searchLabel, filter, denial, children }: KeyFilterProps) {
  const { t } = usePage();
  return (
    <ListFilter
      to={to}
      searchLabel={searchLabel}
      search={filter.search}
      isFiltered={Object.values(filter).some((value) => value !== '')}
      denial={denial}
    >
      <FilterSelect
        name="status"
        label={t('common.status')}
        value={filter.status}
        choices={API_KEY_STATUSES}
        textOf={(status) => t(`status.${status}`)}
        denial={denial}
      />
      {children}
    </ListFilter>
  );
}
