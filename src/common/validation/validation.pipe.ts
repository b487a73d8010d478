// Trap: a DTO or an injected class imported with `import type` silently switches validation off.
import { Injectable, ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { VALIDATION_FAILED, validationFailed } from '../errors/common.errors.js';
import { AppError, type FieldError } from '../errors/app-error.js';
import { bounded, namedAtOnce, toShownErrors } from './body-bounds.js';

const TOO_MUCH = 'There are more fields or values than can be right. Only the first wrong ones are named.';

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function messageOf(constraints: Record<string, string>): string {
  if ('whitelistValidation' in constraints) return 'is not known here';
  const [message = 'is not right'] = Object.values(constraints);
  // That it is no number at all says more than how large it should be.
  return constraints['isInt'] ?? message;
}

/**
 * The fields named like what every object has, at any depth: class-transformer drops them before anybody could
 * refuse them, and a condition that is dropped means more than was asked for.
 */
function inheritedNames(value: unknown, parent = ''): FieldError[] {
  return Object.entries(isPlainObject(value) ? value : {}).flatMap(([name, inner]) => {
    const field = parent ? `${parent}.${name}` : name;
    return name in Object.prototype
      ? [{ field, message: messageOf({ whitelistValidation: '' }) }]
      : inheritedNames(inner, field);
  });
}

/** Flattens class-validator's tree to `a.b` paths. What is wrong inside a field that is refused itself is left out. */
function toFieldErrors(errors: readonly ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const field = parent ? `${parent}.${error.property}` : error.property;
    if (!error.constraints) return toFieldErrors(error.children ?? [], field);
    const message = messageOf(error.constraints);
    const prefix = `${error.property} `;
    return [{ field, message: message.startsWith(prefix) ? message.slice(prefix.length) : message }];
  });
}

/**
 * Validates bodies and queries that have a DTO class and refuses unknown fields.
 * No body counts as `{}`; a body that is not an object is refused. Throws `validation_failed`.
 */
@Injectable()
export class StrictValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: false,
      exceptionFactory: (errors) => validationFailed(...toShownErrors(toFieldErrors(errors))),
    });
  }

  /** Answers at once for what has no DTO class; a promise would cost every call time. */
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'custom') return value as Promise<unknown>;
    const argument = metadata.type === 'body' ? requireObject(value) : value;
    return this.toValidate(metadata) ? this.check(argument, metadata) : (argument as Promise<unknown>);
  }

  private async check(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const input = bounded(value, metadata.metatype!);
    const inherited = inheritedNames(input.value);
    const checked = super.transform(input.value, metadata) as Promise<unknown>;
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
  if (!isPlainObject(body)) throw validationFailed({ field: '', message: 'the body must be a JSON object' });
  return body;
}
