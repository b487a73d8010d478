import type { ComponentChildren } from 'preact';
import { MAX_SEARCH_LENGTH } from '../../../../common/validation/index.js';
import type { Denial } from '../../forms/form-result.js';
import { usePage } from '../../rendering/page-context.js';
import { withQuery } from '../../rendering/page.js';
import { Field } from '../fields/field.js';

interface ListFilterProps {
  /** The path of the list. */
  readonly to: string;
  readonly searchLabel: string;
  readonly search: string;
  /** The other parts of the query, which the search keeps. */
  readonly kept?: Readonly<Record<string, string | null>>;
  /** Whether a filter is set, which the user can then clear. */
  readonly isFiltered: boolean;
  readonly denial: Denial | null;
  /** Additional fields for the filter form. */
  readonly children?: ComponentChildren;
}

/** The search and filter form above a list. console.js submits it when a choice changes. */
export function ListFilter({ to, searchLabel, search, kept = {}, ...props }: ListFilterProps) {
  const { t, link } = usePage();
  const { isFiltered, denial, children } = props;
  return (
    <search>
      <form method="get" action={link(to)} class="filter" data-filter>
        {Object.entries(kept).map(
          ([name, value]) => value !== null && <input key={name} type="hidden" name={name} value={value} />,
        )}
        <Field
          name="search"
          label={searchLabel}
          type="search"
          value={search}
          maxLength={MAX_SEARCH_LENGTH}
          denial={denial}
        />
        {children}
        <div class="filter-buttons">
          <button type="submit" class="secondary">
            {t('common.search')}
          </button>
          {isFiltered && <a href={link(withQuery(to, kept))}>{t('common.clear')}</a>}
        </div>
      </form>
    </search>
  );
}
