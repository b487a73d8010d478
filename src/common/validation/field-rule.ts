import { ValidateBy } from 'class-validator';
import type { FieldProblem } from '../errors/index.js';

/** Judges a value: why it is invalid, or `null`. */
export type FieldJudge = (value: unknown) => FieldProblem | null;

/**
 * A validation rule of our own that says by code why it refuses a value.
 * @param name class-validator's name for the rule. @param judge is asked again for the error, so it must be pure.
 */
export const FieldRule = (name: string, judge: FieldJudge): PropertyDecorator =>
  ValidateBy({
    name,
    constraints: [judge],
    validator: { validate: (value) => judge(value) === null, defaultMessage: () => name },
  });
