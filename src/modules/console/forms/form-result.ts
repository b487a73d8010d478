import type { Type } from '@nestjs/common';
import { StrictValidationPipe } from '../../../common/validation/index.js';
import {
  AppError,
  FORBIDDEN,
  VALIDATION_FAILED,
  type ErrorKind,
  type FieldError,
} from '../../../common/errors/index.js';
import { SESSION_EXPIRED } from '../../auth/index.js';
import { ACCOUNT_SUSPENDED } from '../../users/index.js';

/** Why a form was denied, for the page that shows it again. */
export interface Denial {
  readonly error: AppError;
  /** What is wrong with a field, or `null`. */
  readonly errorOf: (field: string) => FieldError | null;
}

/** What a form produced, or why it was denied. */
export type FormResult<T> =
  { readonly value: T; readonly denial: null } | { readonly value: null; readonly denial: Denial };

export const toDenial = (error: AppError): Denial => ({
  error,
  errorOf: (field) => error.errors?.find((entry) => entry.field === field) ?? null,
});

/** After these errors the user must not see the form again. */
const ENDS_ACCESS: readonly ErrorKind[] = [SESSION_EXPIRED, ACCOUNT_SUSPENDED, FORBIDDEN];

const isCorrectable = (kind: ErrorKind): boolean =>
  kind.status !== 404 && kind.status !== 500 && !ENDS_ACCESS.includes(kind);

/**
 * Runs the work of a form. Returns errors that the user can correct; throws all others.
 * @param alsoShown errors that the form shows even though the user can't correct them.
 */
export async function submitted<T>(
  work: () => Promise<T>,
  alsoShown: readonly ErrorKind[] = [],
): Promise<FormResult<T>> {
  try {
    return { value: await work(), denial: null };
  } catch (error) {
    if (error instanceof AppError && (alsoShown.includes(error.kind) || isCorrectable(error.kind)))
      return { value: null, denial: toDenial(error) };
    throw error;
  }
}

/** Whether fields are marked, so that the page needn't repeat the error as a whole. */
export const isFieldDenial = ({ error }: Denial): boolean => VALIDATION_FAILED.isKindOf(error);

const pipe = new StrictValidationPipe();

/** Validates values against a DTO, like the REST API. Throws `validation_failed`. */
export const validated = <T extends object>(dto: Type<T>, values: object): Promise<T> =>
  pipe.transform({ ...values }, { type: 'body', metatype: dto }) as Promise<T>;

/** The result of a lookup, or `null` after the error. For what a page can do without. */
export async function orNull<T>(missing: ErrorKind, lookup: Promise<T>): Promise<T | null> {
  try {
    return await lookup;
  } catch (error) {
    if (missing.isKindOf(error)) return null;
    throw error;
  }
}
