import type { ComponentChildren } from 'preact';
import type { Refusal } from './forms.js';
import { usePage } from './page-context.js';
import { Field, Select } from './parts.js';
import { withQuery } from './page.js';

interface FilterProps {
  /** The list that is narrowed down. */
  readonly to: string;
  readonly searchLabel: string;
  readonly search: string;
  readonly refusal: Refusal | null;
  /** Further fields. */
  readonly children: ComponentChildren;
}

/** The fields above a list. */
export function Filter({ to, searchLabel, search, refusal, children }: FilterProps) {
  const { t, link } = usePage();
  return (
    <form method="get" action={link(to)} class="filter" aria-label={t('common.search')}>
      <Field
        name="search"
        label={searchLabel}
        type="search"
        value={search}
        maxLength={254}
        refusal={refusal}
      />
      {children}
      <button class="secondary">{t('common.search')}</button>
    </form>
  );
}

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly choices: readonly T[];
  readonly textOf: (choice: T) => string;
  readonly refusal: Refusal | null;
}

/** One of some values, or all of them. */
export function AnyOf<T extends string>({ choices, textOf, ...select }: ChoiceProps<T>) {
  const { t } = usePage();
  const all = choices.map((choice) => [choice, textOf(choice)] as const);
  return <Select {...select} choices={[['', t('common.any')], ...all]} />;
}

interface DataTableProps {
  readonly label: string;
  readonly columns: readonly ComponentChildren[];
  /** Whether all columns but the first hold numbers. */
  readonly isOfNumbers?: boolean;
  /** Whether rows become blocks on a phone; cells then need a `data-label`. */
  readonly isStacked?: boolean;
  /** The rows. */
  readonly children: ComponentChildren;
}

/** A table that scrolls by itself where the page is narrow, also with the keyboard. */
export const DataTable = ({ label, columns, isOfNumbers, isStacked, children }: DataTableProps) => (
  <div
    class={isStacked ? 'table-frame stacked' : 'table-frame'}
    role="region"
    aria-label={label}
    tabIndex={0}
  >
    <table class={isOfNumbers ? 'numbers' : undefined}>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th key={index} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);

/** The head of a column that needs none for those who see it. */
export const Unseen = ({ children }: { children: ComponentChildren }) => (
  <span class="unseen">{children}</span>
);

interface PagerProps {
  readonly path: string;
  readonly filter: Readonly<Record<string, string>>;
  readonly isFirstPage: boolean;
  readonly nextCursor: string | null;
}

/** Links to the first and the next page of a list. */
export function Pager({ path, filter, isFirstPage, nextCursor }: PagerProps) {
  const { t, link } = usePage();
  if (isFirstPage && nextCursor === null) return null;
  return (
    <nav class="pager" aria-label={t('common.pages')}>
      {!isFirstPage && <a href={link(withQuery(path, filter))}>{t('common.first')}</a>}
      {nextCursor !== null && (
        <a href={link(withQuery(path, { ...filter, cursor: nextCursor }))} rel="next">
          {t('common.next')}
        </a>
      )}
    </nav>
  );
}
