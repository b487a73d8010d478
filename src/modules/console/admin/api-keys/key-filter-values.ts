import { trimText } from '../../../../common/text/trim-text.js';
import { textOf, type FormBody } from '../../forms/form-body.js';

/** The unvalidated values of a key filter. Unset fields are empty strings. */
export interface KeyFilterValues {
  readonly search: string;
  readonly status: string;
  readonly userId: string;
  readonly unusedForDays: string;
}

export const keyFilterValues = (values: FormBody): KeyFilterValues => ({
  search: trimText(textOf(values, 'search')),
  status: textOf(values, 'status'),
  userId: textOf(values, 'userId'),
  unusedForDays: textOf(values, 'unusedForDays').trim(),
});

/** Returns whether the filter matches every key. */
export const matchesEverything = (filter: KeyFilterValues): boolean =>
  Object.values(filter).every((value) => value === '');
