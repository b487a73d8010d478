import type { ComponentChildren } from 'preact';
import { MAX_SEARCH_LENGTH } from '../../../common/validation/index.js';
import type { Denial } from '../forms/form-result.js';
import { usePage } from '../rendering/page-context.js';
import { Field } from './field.js';

interface ListFilterProps {
  /** The path of the list. */
  readonly to: string;
  readonly searchLabel: string;
  readonly search: string;
  readonly denial: Denial | null;
  /** Additional fields for the filter form. */
  readonly children: ComponentChildren;
}

/** The search and filter form above a list. */
export function ListFilter({ to, searchLabel, search, denial, children }: ListFilterProps) {
  const { t, link } = usePage();
  return (
    <form method="get" action={link(to)} class="filter" aria-label={t('common.search')}>
      <Field
        name="search"
        label={searchLabel}
        type="search"
        value={search}
        maxLength={MAX_SEARCH_LENGTH}
        denial={denial}
      />
      {children}
      <button class="secondary">{t('common.search')}</button>
    </form>
  );
}
