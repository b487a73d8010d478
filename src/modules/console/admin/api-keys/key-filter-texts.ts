import { trimText } from '../../../../common/text/trim-text.js';
import { textOf, type FormBody } from '../../forms/form-body.js';

/** The filter of a list of keys as a form or query holds it. Unset fields are empty. */
export interface KeyFilterTexts {
  readonly search: string;
  readonly status: string;
  readonly userId: string;
  readonly unusedForDays: string;
}

export const filterTexts = (values: FormBody): KeyFilterTexts => ({
  search: trimText(textOf(values, 'search')),
  status: textOf(values, 'status'),
  userId: textOf(values, 'userId'),
  unusedForDays: textOf(values, 'unusedForDays').trim(),
});

/** Whether the filter matches every key. */
export const matchesEverything = (filter: KeyFilterTexts): boolean =>
  Object.values(filter).every((text) => text === '');
