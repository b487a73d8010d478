import { trimText } from '../../../common/text/trim-text.js';
import { textOf, type FormBody } from '../page/forms.js';

/** Which keys are meant, as a form or an address says it; what is left open is empty. */
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

/** Whether nothing is left out by it. */
export const isEmptyFilter = (filter: KeyFilterTexts): boolean =>
  Object.values(filter).every((text) => text === '');
