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

/** The error that denied a form. The page needs it to show the form again. */
export interface Denial {
  readonly error: AppError;
  /** Returns the error of a field, or `null` if the field has none. */
  readonly errorOf: (field: string) => FieldError | null;
  /** The first field that has an error, or `null` if the error doesn't concern individual fields. */
  readonly firstField: string | null;
}

/** The result of a form: the value that its work returned, or the error that denied it. */
export type FormResult<T> =
  { readonly value: T; readonly denial: null } | { readonly value: null; readonly denial: Denial };

export const toDenial = (error: AppError): Denial => ({
  error,
  errorOf: (field) => error.errors?.find((entry) => entry.field === field) ?? null,
  firstField: error.errors?.[0]?.field ?? null,
});

/** After one of these errors, the user no longer has access to the form. */
const ENDS_ACCESS: readonly ErrorKind[] = [SESSION_EXPIRED, ACCOUNT_SUSPENDED, FORBIDDEN];

const isCorrectable = (kind: ErrorKind): boolean =>
  kind.status !== 404 && kind.status !== 500 && !ENDS_ACCESS.includes(kind);

/**
 * Runs the work of a form or filter. If the user can correct the input or try again after an error, the error is
 * returned. All other errors are thrown.
 * @param alsoShown additional errors to return, although the user can't correct them.
 */
export async function runForm<T>(
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

/** Returns whether the error concerns individual fields. If so, the page shows a message beside each of the fields. */
export const isFieldDenial = ({ error }: Denial): boolean => VALIDATION_FAILED.isKindOf(error);

const pipe = new StrictValidationPipe();

/** Validates values against a DTO, in the same way as the REST API. Throws `validation_failed`. */
export const validateForm = <T extends object>(dto: Type<T>, values: object): Promise<T> =>
  pipe.transform({ ...values }, { type: 'body', metatype: dto }) as Promise<T>;

/** Returns the result of a lookup, or `null` if the lookup throws `missing`. Use this for optional parts of a page. */
export async function nullOnError<T>(missing: ErrorKind, lookup: Promise<T>): Promise<T | null> {
  try {
    return await lookup;
  } catch (error) {
    if (missing.isKindOf(error)) return null;
    throw error;
  }
}
