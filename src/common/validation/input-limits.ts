import type { Type } from '@nestjs/common';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { redactKeys } from '../text/redact-keys.js';
import { TOO_MANY_FIELDS, TOO_MANY_VALUES, type FieldError } from '../errors/index.js';
import { firstCodePoints } from '../text/code-points.js';

/** The maximum number of fields in a body or query. It also applies to each nested object that has a DTO. */
const MAX_FIELDS = 100;
/**
 * The maximum number of fields in a form. It is enough for the largest form in the console, which has 1,000 checkboxes
 * and some other fields.
 */
export const MAX_FORM_FIELDS = 1_100;
/**
 * How many fields of an object are validated if it has more than `MAX_FIELDS`. This is enough to report the first
 * invalid fields.
 */
const FIELDS_VALIDATED = MAX_FIELDS + 20;
/** The maximum number of values in one field, counted at any depth. The largest valid field is a list of 1,000 ids. */
const MAX_VALUES = 2_000;
/** The maximum number of errors in the response if the request has too many fields or values. */
const MAX_ERRORS_OVER_LIMITS = 20;
/** The maximum number of errors in any response. */
const MAX_ERRORS = 100;
const MAX_NAME_LENGTH = 100;

/** The part of a body or query that is validated, and errors for the limits that the complete input exceeds. */
export interface LimitedInput {
  readonly value: unknown;
  /** Whether the input exceeds a limit, so that `value` contains only a part of it. */
  readonly isTruncated: boolean;
  /** The errors for fields with too many values. `value` doesn't contain these fields. */
  readonly tooManyValues: readonly FieldError[];
  /** The errors for objects with too many fields. `value` contains only their first fields. */
  readonly tooManyFields: readonly FieldError[];
}

/**
 * Selects the part of the input that is validated, so that validation takes limited time.
 * @param dto the class of the input. Its properties with `@ValidateNested()` contain objects with DTOs of their own.
 * The maximum number of fields also applies to these objects, at any depth.
 */
export function limitInput(value: unknown, dto: Type): LimitedInput {
  const tooManyValues: FieldError[] = [];
  const tooManyFields: FieldError[] = [];
  if (!isObject(value) || Array.isArray(value))
    return { value, isTruncated: false, tooManyValues, tooManyFields };
  const nested = nestedFields(dto);
  const entries = firstFields(value, '', tooManyFields).map(([name, inner]) => {
    if (countValues(inner, MAX_VALUES) > MAX_VALUES) {
      tooManyValues.push(TOO_MANY_VALUES.on(name, { max: MAX_VALUES }));
      return [name, undefined] as const;
    }
    return [name, nested.has(name) ? limitNested(inner, name, tooManyFields) : inner] as const;
  });
  const isTruncated = tooManyValues.length + tooManyFields.length > 0;
  return {
    value: isTruncated ? Object.fromEntries(entries) : value,
    isTruncated,
    tooManyValues,
    tooManyFields,
  };
}

/**
 * Returns the errors to report for truncated input: first the fields with too many values, and then `errors`. If there
 * are none, returns the errors for objects with too many fields.
 * @param errors the errors that validation has found in the remaining part of the input.
 */
export function firstInputErrors(
  errors: readonly FieldError[],
  { tooManyValues, tooManyFields }: LimitedInput,
): readonly FieldError[] {
  const wasRemoved = ({ field }: FieldError) => tooManyValues.some((error) => error.field === field);
  const first = [...tooManyValues, ...errors.filter((error) => !wasRemoved(error))];
  return first.length > 0 ? first.slice(0, MAX_ERRORS_OVER_LIMITS) : tooManyFields;
}

/**
 * Makes errors safe for a response: limits their number, shortens long field names, and redacts API keys in field
 * names.
 */
export const toClientErrors = (errors: readonly FieldError[]): FieldError[] =>
  errors.slice(0, MAX_ERRORS).map((error) => ({ ...error, field: shownName(error.field) }));

function shownName(name: string): string {
  const start = firstCodePoints(name, MAX_NAME_LENGTH);
  return redactKeys(start.length === name.length ? name : `${start}…`);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function firstFields(value: object, field: string, tooManyFields: FieldError[]): [string, unknown][] {
  const entries = Object.entries(value);
  if (entries.length <= MAX_FIELDS) return entries;
  tooManyFields.push(TOO_MANY_FIELDS.on(field, { max: MAX_FIELDS }));
  return entries.slice(0, FIELDS_VALIDATED);
}

function limitNested(value: unknown, field: string, tooManyFields: FieldError[]): unknown {
  if (!isObject(value)) return value;
  const limitEntry = ([name, inner]: [string, unknown]) =>
    [name, limitNested(inner, `${field}.${name}`, tooManyFields)] as const;
  if (Array.isArray(value)) return value.map((inner, index) => limitEntry([String(index), inner])[1]);
  return Object.fromEntries(firstFields(value, field, tooManyFields).map(limitEntry));
}

/**
 * Counts the values in an object or array at any depth, including the object or array itself. Stops when the count
 * exceeds `max`.
 */
function countValues(value: unknown, max: number): number {
  if (!isObject(value)) return 1;
  let count = 1;
  for (const inner of Object.values(value)) {
    count += countValues(inner, max - count);
    if (count > max) break;
  }
  return count;
}

const nestedFieldsByDto = new WeakMap<Type, ReadonlySet<string>>();

function nestedFields(dto: Type): ReadonlySet<string> {
  let fields = nestedFieldsByDto.get(dto);
  if (!fields) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
    const nested = rules.filter(({ type }) => type === ValidationTypes.NESTED_VALIDATION);
    fields = new Set(nested.map(({ propertyName }) => propertyName));
    nestedFieldsByDto.set(dto, fields);
  }
  return fields;
}
