import { trimText } from '../../../../common/text/trim-text.js';
import { ListAllApiKeysQuery } from '../../../admin/index.js';
import { optionalTextOf, textOf, type FormBody } from '../../forms/form-body.js';
import { validateForm } from '../../forms/form-result.js';
import { FIRST_PAGE, type Paging } from '../../forms/paging.js';

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

/**
 * Validates the query of the list of all keys. Throws `validation_failed`.
 * @param position the position in the list. Without it, the list begins with its first key.
 */
export const validateKeyQuery = (
  query: FormBody,
  { cursor, limit }: Pick<Paging, 'cursor' | 'limit'> = FIRST_PAGE,
): Promise<ListAllApiKeysQuery> =>
  validateForm(ListAllApiKeysQuery, {
    status: optionalTextOf(query, 'status'),
    search: optionalTextOf(query, 'search'),
    userId: optionalTextOf(query, 'userId'),
    unusedForDays: optionalTextOf(query, 'unusedForDays'),
    cursor,
    limit,
  });
