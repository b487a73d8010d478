import { MAX_FILTER_DAYS, UNUSED_AFTER_DAYS } from '../../../api-keys/index.js';
import type { User } from '../../../users/index.js';
import { Field } from '../../components/fields/field.js';
import { FilterChips } from '../../components/lists/filter-chips.js';
import { ListFilter } from '../../components/lists/list-filter.js';
import type { Denial } from '../../forms/form-result.js';
import { usePage } from '../../rendering/page-context.js';
import { withQuery } from '../../rendering/page.js';
import type { KeyFilterValues } from './key-filter-values.js';

const LIST = '/admin/api-keys';

interface AllKeysFilterProps {
  readonly filter: KeyFilterValues;
  /** The owner of the first key. The filter shows the owner's name if it selects the keys of one user. */
  readonly owner: User | null;
  readonly denial: Denial | null;
}

/** The filter above the list of all keys. The chips keep the search and the owner. */
export function AllKeysFilter(props: AllKeysFilterProps) {
  const { filter } = props;
  const { t } = usePage();
  const states = [
    { text: t('common.any'), status: '', unusedForDays: '' },
    ...(['active', 'expired', 'revoked'] as const).map((status) => ({
      text: t(`status.${status}`),
      status,
      unusedForDays: '',
    })),
    { text: t('keys.unused'), status: 'active', unusedForDays: String(UNUSED_AFTER_DAYS) },
  ];
  return (
    <>
      <FilterChips
        label={t('keys.views')}
        chips={states.map(({ text, status, unusedForDays }) => ({
          text,
          to: withQuery(LIST, { ...filter, status, unusedForDays }),
          isCurrent: status === filter.status && unusedForDays === filter.unusedForDays,
        }))}
      />
      <Fields {...props} />
    </>
  );
}

function Fields({ filter, owner, denial }: AllKeysFilterProps) {
  const { t } = usePage();
  const { search, status, userId, unusedForDays } = filter;
  return (
    <ListFilter
      to={LIST}
      searchLabel={t('allKeys.searchLabel')}
      search={search}
      kept={{ status: status || null }}
      isFiltered={[search, userId, unusedForDays].some((value) => value !== '')}
      denial={denial}
    >
      <Field
        name="unusedForDays"
        label={t('allKeys.unusedFor')}
        type="number"
        min={1}
        max={MAX_FILTER_DAYS}
        value={unusedForDays}
        denial={denial}
      />
      {userId !== '' && (
        <label class="only">
          <input type="checkbox" name="userId" value={userId} checked />
          {t('allKeys.onlyOf', { name: owner?.name ?? userId })}
        </label>
      )}
    </ListFilter>
  );
}
