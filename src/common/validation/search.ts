import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { trimText } from '../text/trim-text.js';
import { IS_API_KEY, type FieldProblem } from '../errors/index.js';
import { displayTextProblem } from './display-text.js';
import { FieldRule, type FieldCheck } from './field-rule.js';

export const MAX_SEARCH_LENGTH = 254;

/**
 * A property decorator for a search string. Trims the string. An empty string is valid and matches everything. The
 * string must not contain an API key.
 */
export const IsSearch = (): PropertyDecorator => isSearch('isSearch', searchProblem);

/** A property decorator like `IsSearch`, but for lists in which users can search for a complete API key. */
export const IsSearchOrKey = (): PropertyDecorator =>
  isSearch('isSearchOrKey', (value) => {
    const problem = searchProblem(value);
    return problem?.kind === IS_API_KEY ? null : problem;
  });

const isSearch = (name: string, check: FieldCheck): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => trimText(value)),
    FieldRule(name, check),
  );

const searchProblem = (value: unknown): FieldProblem | null =>
  value === '' ? null : displayTextProblem(value, MAX_SEARCH_LENGTH);
