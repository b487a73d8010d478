import { trimText } from '../../../../common/text/trim-text.js';
import { ApiKeyFilterDto, ListAllApiKeysQuery } from '../../../admin/index.js';
import type { AdminApiKeyFilter } from '../../../api-keys/index.js';
import { optionalTextOf, textOf, type FormBody } from '../../forms/form-body.js';
import { validateForm } from '../../forms/form-result.js';

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

/** Validates the filter of the list of all keys. Throws `validation_failed`. */
export async function validateKeyFilter(query: FormBody): Promise<AdminApiKeyFilter> {
  const input = await validateForm(ListAllApiKeysQuery, {
    status: optionalTextOf(query, 'status'),
    search: optionalTextOf(query, 'search'),
    userId: optionalTextOf(query, 'userId'),
    unusedForDays: optionalTextOf(query, 'unusedForDays'),
  });
  return ApiKeyFilterDto.toFilter(input);
}
