// Caution: importing a DTO or an injected class with `import type` silently disables validation or injection.
import {
  Injectable,
  ValidationPipe,
  type ArgumentMetadata,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import {
  AppError,
  NOT_AN_OBJECT,
  UNKNOWN_FIELD,
  VALIDATION_FAILED,
  validationFailed,
  type FieldError,
} from '../errors/index.js';
import { firstInputErrors, limitInput, toClientErrors } from './input-limits.js';
import { toFieldErrors } from './class-validator-errors.js';

const TOO_LARGE_DETAIL =
  'The request has too many fields or values. Only the first invalid fields are listed.';

/** Parameter types that are not DTO classes. */
const BUILT_IN: ReadonlySet<unknown> = new Set([String, Boolean, Number, Array, Object, Buffer, Date]);

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Returns an error for each field, at any depth, that has the name of an inherited property, for example `constructor`.
 * class-transformer would silently drop such a field. A filter that loses a condition in this way would match more than
 * the client intended.
 */
function inheritedNameErrors(value: unknown, parent = ''): FieldError[] {
  return Object.entries(isPlainObject(value) ? value : {}).flatMap(([name, inner]) => {
    const field = parent ? `${parent}.${name}` : name;
    return name in Object.prototype ? [UNKNOWN_FIELD.on(field)] : inheritedNameErrors(inner, field);
  });
}

/**
 * Validates bodies and queries that have a DTO class, and rejects unknown fields. Treats a missing body as `{}`. Throws
 * `validation_failed` if the input is invalid.
 */
@Injectable()
export class StrictValidationPipe implements PipeTransform {
  private readonly pipe = new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    // `toFieldErrors` needs the DTO to find the broken rule, and the value to check it again.
    validationError: { target: true, value: true },
    exceptionFactory: (errors) => validationFailed(...toClientErrors(toFieldErrors(errors))),
  });

  /** Hot path: for arguments without a DTO class, this method doesn't return a promise. */
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if (type === 'custom') return value;
    const argument = type === 'body' ? requireObject(value) : value;
    if (metatype === undefined || BUILT_IN.has(metatype)) return argument;
    return this.validate(argument, { type, metatype, data });
  }

  /** Validates a value against a DTO class and returns an instance of the class. */
  async validate(value: unknown, metadata: ArgumentMetadata & { metatype: Type }): Promise<unknown> {
    const input = limitInput(value, metadata.metatype);
    const nameErrors = inheritedNameErrors(input.value);
    const validated = this.pipe.transform(input.value, metadata) as Promise<unknown>;
    if (nameErrors.length === 0 && !input.isTruncated) return validated;
    const ruleErrors = await validated.then(
      () => [],
      (error: unknown) => (error instanceof AppError ? (error.errors ?? []) : []),
    );
    const isInsideInvalidField = ({ field }: FieldError) =>
      ruleErrors.some((error) => field.startsWith(`${error.field}.`));
    const errors = [...nameErrors.filter((error) => !isInsideInvalidField(error)), ...ruleErrors];
    if (!input.isTruncated) throw validationFailed(...toClientErrors(errors));
    throw VALIDATION_FAILED.create({
      errors: toClientErrors(firstInputErrors(errors, input)),
      detail: TOO_LARGE_DETAIL,
    });
  }
}

function requireObject(value: unknown): object {
  const body = value === undefined ? {} : value;
  if (!isPlainObject(body)) throw validationFailed(NOT_AN_OBJECT.on(''));
  return body;
}
