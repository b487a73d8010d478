// Trap: a DTO or an injected class imported with `import type` silently switches validation off.
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
import { bounded, namedAtOnce, toShownErrors } from './body-bounds.js';
import { toFieldErrors } from './field-errors.js';

const TOO_MUCH = 'The request has too many fields or values. Only the first invalid fields are listed.';

/** Types of parameters that are no DTO classes. */
const BUILT_IN: ReadonlySet<unknown> = new Set([String, Boolean, Number, Array, Object, Buffer, Date]);

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Fields named like a property that every object inherits, such as `constructor`, at any depth. class-transformer drops
 * them silently, and a filter without one of its conditions would match more than the client meant.
 */
function inheritedNames(value: unknown, parent = ''): FieldError[] {
  return Object.entries(isPlainObject(value) ? value : {}).flatMap(([name, inner]) => {
    const field = parent ? `${parent}.${name}` : name;
    return name in Object.prototype ? [UNKNOWN_FIELD.on(field)] : inheritedNames(inner, field);
  });
}

/**
 * Validates bodies and queries that have a DTO class, and rejects unknown fields. A missing body counts as `{}`.
 * Throws `validation_failed`.
 */
@Injectable()
export class StrictValidationPipe implements PipeTransform {
  private readonly pipe = new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    // Where the rules of the class are found, for the error's code.
    validationError: { target: true, value: true },
    exceptionFactory: (errors) => validationFailed(...toShownErrors(toFieldErrors(errors))),
  });

  /** Hot path: synchronous for arguments without a DTO class. */
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if (type === 'custom') return value;
    const argument = type === 'body' ? requireObject(value) : value;
    if (metatype === undefined || BUILT_IN.has(metatype)) return argument;
    return this.validate(argument, { type, metatype, data });
  }

  /** Validates a value against a DTO class and returns an instance of it. */
  async validate(value: unknown, metadata: ArgumentMetadata & { metatype: Type }): Promise<unknown> {
    const input = bounded(value, metadata.metatype);
    const inherited = inheritedNames(input.value);
    const checked = this.pipe.transform(input.value, metadata) as Promise<unknown>;
    if (inherited.length === 0 && !input.isCut) return checked;
    const others = await checked.then(
      () => [],
      (error: unknown) => (error instanceof AppError ? (error.errors ?? []) : []),
    );
    const isInside = ({ field }: FieldError) => others.some((other) => field.startsWith(`${other.field}.`));
    const found = [...inherited.filter((entry) => !isInside(entry)), ...others];
    if (!input.isCut) throw validationFailed(...toShownErrors(found));
    throw VALIDATION_FAILED.create({ errors: toShownErrors(namedAtOnce(found, input)), detail: TOO_MUCH });
  }
}

function requireObject(value: unknown): object {
  const body = value === undefined ? {} : value;
  if (!isPlainObject(body)) throw validationFailed(NOT_AN_OBJECT.on(''));
  return body;
}
