import { FieldErrorKind } from '../../common/errors/index.js';

export const EMPTY_RANGE = new FieldErrorKind('empty_range', 'must be before `to`');
export const RANGE_TOO_LONG = new FieldErrorKind(
  'range_too_long',
  'must be at most {{max}} days before `to`',
);
