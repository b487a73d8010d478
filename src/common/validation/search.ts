import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { trimText } from '../text/trim-text.js';
import { displayTextProblem } from './display-text.js';
import { FieldRule } from './field-rule.js';

export const MAX_SEARCH_LENGTH = 254;

/**
 * A property decorator for a search string. Trims the string. An empty string is valid and matches everything. The
 * string must not contain an API key.
 */
export const IsSearch = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => trimText(value)),
    FieldRule('isSearch', (value) => (value === '' ? null : displayTextProblem(value, MAX_SEARCH_LENGTH))),
  );
