import { FieldErrorKind } from '../../common/errors/index.js';

export const MUST_BE_CHECKED = new FieldErrorKind('unchecked', 'must be checked');
export const DATE_NOT_CHOSEN = new FieldErrorKind(
  'date_not_chosen',
  'must be empty unless a custom date is selected',
);
