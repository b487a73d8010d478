import type { Type } from '@nestjs/common';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { redactKeys } from '../text/redact-keys.js';
import { TOO_MANY_FIELDS, TOO_MANY_VALUES, type FieldError } from '../errors/index.js';
import { firstCodePoints } from '../text/code-points.js';

/** How many members an object may have whose fields are fixed. */
const MAX_MEMBERS = 100;
/** How many of a larger one are looked at: enough to name those that are wrong. */
const MEMBERS_LOOKED_AT = MAX_MEMBERS + 20;
/** How many values one field may hold, at any depth: a thousand ids, and as many again. */
const MAX_VALUES = 2_000;
const NAMED_AT_ONCE = 20;
const NAMED_AT_MOST = 100;
const MAX_NAME_LENGTH = 100;

/** What is left of a body or query to be validated, and what was too much in it. */
export interface Bounded {
  readonly value: unknown;
  /** Whether anything was too much. */
  readonly isCut: boolean;
  /** The fields that hold too many values; they are left out of the value. */
  readonly overfull: readonly FieldError[];
  /** The objects that have too many members, `''` for the whole; only the first members are left. */
  readonly overlarge: readonly FieldError[];
}

/**
 * Bounds what validation has to walk through.
 * @param dto says which fields hold objects with fixed fields of their own: those with `@ValidateNested()`, at any depth.
 */
export function bounded(value: unknown, dto: Type): Bounded {
  const overfull: FieldError[] = [];
  const overlarge: FieldError[] = [];
  if (!isObject(value) || Array.isArray(value)) return { value, isCut: false, overfull, overlarge };
  const nested = nestedFields(dto);
  const entries = cutMembers(value, '', overlarge).map(([name, inner]) => {
    if (countValues(inner, MAX_VALUES) > MAX_VALUES) {
      overfull.push(TOO_MANY_VALUES.on(name, { max: MAX_VALUES }));
      return [name, undefined] as const;
    }
    return [name, nested.has(name) ? cutInside(inner, name, overlarge) : inner] as const;
  });
  const isCut = overfull.length + overlarge.length > 0;
  return { value: isCut ? Object.fromEntries(entries) : value, isCut, overfull, overlarge };
}

/** The first wrong fields of what was too much. @param found what validation found in what was left of it. */
export function namedAtOnce(
  found: readonly FieldError[],
  { overfull, overlarge }: Bounded,
): readonly FieldError[] {
  const isOverfull = ({ field }: FieldError) => overfull.some((error) => error.field === field);
  const named = [...overfull, ...found.filter((error) => !isOverfull(error))].slice(0, NAMED_AT_ONCE);
  return named.length > 0 ? named : overlarge;
}

/** Errors as an answer may hold them: not too many, and names neither too long nor with a key inside. */
export const toShownErrors = (errors: readonly FieldError[]): FieldError[] =>
  errors.slice(0, NAMED_AT_MOST).map((error) => ({ ...error, field: shownName(error.field) }));

function shownName(name: string): string {
  const start = firstCodePoints(name, MAX_NAME_LENGTH);
  return redactKeys(start.length === name.length ? name : `${start}…`);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function cutMembers(value: object, field: string, overlarge: FieldError[]): [string, unknown][] {
  const entries = Object.entries(value);
  if (entries.length <= MAX_MEMBERS) return entries;
  overlarge.push(TOO_MANY_FIELDS.on(field, { max: MAX_MEMBERS }));
  return entries.slice(0, MEMBERS_LOOKED_AT);
}

function cutInside(value: unknown, field: string, overlarge: FieldError[]): unknown {
  if (!isObject(value)) return value;
  const inside = ([name, inner]: [string, unknown]) =>
    [name, cutInside(inner, `${field}.${name}`, overlarge)] as const;
  if (Array.isArray(value)) return value.map((inner, index) => inside([String(index), inner])[1]);
  return Object.fromEntries(cutMembers(value, field, overlarge).map(inside));
}

/** How many values an object or list holds at any depth, itself included; counting ends soon after `max`. */
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
