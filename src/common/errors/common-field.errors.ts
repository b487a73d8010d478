import { FieldErrorKind } from './field-error.js';

export const UNKNOWN_FIELD = new FieldErrorKind('unknown_field', 'is not a known field');
export const REQUIRED = new FieldErrorKind('required', 'is required');
export const NOT_A_STRING = new FieldErrorKind('not_a_string', 'must be a string');
export const NOT_STRINGS = new FieldErrorKind('not_strings', 'must contain only strings');
export const NOT_AN_INTEGER = new FieldErrorKind('not_an_integer', 'must be a whole number');
export const NOT_A_BOOLEAN = new FieldErrorKind('not_a_boolean', 'must be true or false');
export const NOT_AN_OBJECT = new FieldErrorKind('not_an_object', 'must be an object');
export const NOT_AN_ARRAY = new FieldErrorKind('not_an_array', 'must be an array');
export const INVALID_CHOICE = new FieldErrorKind('invalid_choice', 'must be one of: {{choices}}');
export const TOO_SMALL = new FieldErrorKind('too_small', 'must be at least {{min}}');
export const TOO_LARGE = new FieldErrorKind('too_large', 'must be at most {{max}}');
export const EMPTY = new FieldErrorKind('empty', 'must not be empty');
export const TOO_LONG = new FieldErrorKind('too_long', 'must be at most {{max}} characters long');
export const INVALID_LENGTH = new FieldErrorKind(
  'invalid_length',
  'must be {{min}} to {{max}} characters long',
);
export const TOO_FEW_ITEMS = new FieldErrorKind('too_few_items', 'must contain {{min}} or more items');
export const TOO_MANY_ITEMS = new FieldErrorKind('too_many_items', 'must contain at most {{max}} items');
export const TOO_MANY_VALUES = new FieldErrorKind('too_many_values', 'must contain at most {{max}} values');
export const TOO_MANY_FIELDS = new FieldErrorKind('too_many_fields', 'must have at most {{max}} fields');
export const INVALID_CHARACTERS = new FieldErrorKind(
  'invalid_characters',
  'must not contain control characters, line breaks or invalid Unicode',
);
export const INVALID_TEXT_CHARACTERS = new FieldErrorKind(
  'invalid_text_characters',
  'must not contain invalid Unicode or control characters other than line breaks',
);
export const INVISIBLE = new FieldErrorKind('invisible', 'must contain at least one visible character');
export const IS_API_KEY = new FieldErrorKind('is_api_key', 'must not contain an API key');
export const INVALID_EMAIL = new FieldErrorKind(
  'invalid_email',
  'must be a valid email address with at most {{max}} characters',
);
export const INVALID_TIME = new FieldErrorKind(
  'invalid_time',
  'must be an RFC 3339 timestamp with a UTC offset, for example 2027-01-31T00:00:00Z',
);
export const NOT_IN_FUTURE = new FieldErrorKind('not_in_future', 'must be in the future');
export const INVALID_CURSOR = new FieldErrorKind('invalid_cursor', 'is not a valid cursor');
