import { ValidateBy } from 'class-validator';
import type { FieldProblem } from '../errors/index.js';

/** Checks a value. Returns the problem if the value is invalid, or `null`. */
export type FieldCheck = (value: unknown) => FieldProblem | null;

/**
 * Creates a decorator that validates a property. Each problem that the check returns has a stable error code.
 * @param name the rule's name for class-validator.
 * @param check must be pure, because it runs a second time to create the error.
 */
export const FieldRule = (name: string, check: FieldCheck): PropertyDecorator =>
  ValidateBy({
    name,
    constraints: [check],
    validator: { validate: (value) => check(value) === null, defaultMessage: () => name },
  });
