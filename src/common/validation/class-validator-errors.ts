import { getMetadataStorage, type ValidationError } from 'class-validator';
import {
  INVALID_CHOICE,
  NOT_A_BOOLEAN,
  NOT_A_STRING,
  NOT_AN_ARRAY,
  NOT_AN_INTEGER,
  NOT_AN_OBJECT,
  NOT_STRINGS,
  REQUIRED,
  TOO_FEW_ITEMS,
  TOO_LARGE,
  TOO_LONG,
  TOO_MANY_ITEMS,
  TOO_SMALL,
  UNKNOWN_FIELD,
  type FieldError,
  type FieldProblem,
} from '../errors/index.js';
import type { FieldCheck } from './field-rule.js';

/**
 * A validation rule of class-validator: the arguments of its decorator, and whether it applies to each item of an
 * array.
 */
interface Rule {
  readonly constraints: readonly unknown[];
  readonly each: boolean;
}

/** Maps the names of the class-validator rules that our DTOs use to problems with stable codes. */
const PROBLEMS: Readonly<Record<string, (rule: Rule) => FieldProblem>> = {
  isString: ({ each }) => (each ? NOT_STRINGS : NOT_A_STRING).with(),
  isInt: () => NOT_AN_INTEGER.with(),
  isBoolean: () => NOT_A_BOOLEAN.with(),
  isObject: () => NOT_AN_OBJECT.with(),
  nestedValidation: () => NOT_AN_OBJECT.with(),
  isArray: () => NOT_AN_ARRAY.with(),
  isIn: ({ constraints: [choices] }) => INVALID_CHOICE.with({ choices: (choices as string[]).join(', ') }),
  min: ({ constraints: [min] }) => TOO_SMALL.with({ min: Number(min) }),
  max: ({ constraints: [max] }) => TOO_LARGE.with({ max: Number(max) }),
  maxLength: ({ constraints: [max] }) => TOO_LONG.with({ max: Number(max) }),
  arrayMinSize: ({ constraints: [min] }) => TOO_FEW_ITEMS.with({ min: Number(min) }),
  arrayMaxSize: ({ constraints: [max] }) => TOO_MANY_ITEMS.with({ max: Number(max) }),
};

const TYPE_RULES = ['isArray', 'isObject', 'isString', 'isInt', 'isBoolean'];

/**
 * Converts class-validator's tree of errors to a flat list, in which nested fields have paths like `a.b`. If a field is
 * invalid itself, the errors of its children are left out.
 */
export function toFieldErrors(errors: readonly ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const field = parent ? `${parent}.${error.property}` : error.property;
    return error.constraints
      ? [toFieldError(field, error, error.constraints)]
      : toFieldErrors(error.children ?? [], field);
  });
}

function toFieldError(
  field: string,
  error: ValidationError,
  broken: Readonly<Record<string, string>>,
): FieldError {
  if ('whitelistValidation' in broken) return UNKNOWN_FIELD.on(field);
  if (error.value === undefined) return REQUIRED.on(field);
  // A value of the wrong type usually breaks several rules. The error about its type is the most useful one.
  const name = TYPE_RULES.find((rule) => rule in broken) ?? Object.keys(broken)[0]!;
  const problem = problemOf(name, error);
  if (problem) return problem.kind.on(field, problem.params);
  return { field, code: toSnakeCase(name), message: withoutName(broken[name]!, error.property), params: {} };
}

/** Returns the problem for a broken rule, or `null` if the rule has no `FieldCheck` and is not in `PROBLEMS`. */
function problemOf(name: string, { target, property, value }: ValidationError): FieldProblem | null {
  const rule = getMetadataStorage()
    .getTargetValidationMetadatas(target!.constructor, '', false, false)
    .find((metadata) => metadata.propertyName === property && (metadata.name ?? metadata.type) === name);
  const [check] = (rule?.constraints ?? []) as [FieldCheck?];
  if (typeof check === 'function') return check(value);
  if (!Object.hasOwn(PROBLEMS, name)) return null;
  return PROBLEMS[name]!({ constraints: (rule?.constraints ?? []) as unknown[], each: rule?.each ?? false });
}

const toSnakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`).replace(/^_/, '');

const withoutName = (message: string, name: string): string =>
  message.startsWith(`${name} `) ? message.slice(name.length + 1) : message;
