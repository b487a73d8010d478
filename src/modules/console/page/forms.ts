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

/** A form as it arrives: a text for each field, several where a name stands more than once. */
export type FormBody = Readonly<Record<string, unknown>>;

/** The text of a field, `''` when there is none. */
export function textOf(form: FormBody, name: string): string {
  const value = form[name];
  return typeof value === 'string' ? value : '';
}

/** The text of a field, or `undefined` when it is missing or left empty: browsers send empty ones too. */
export const filledIn = (form: FormBody, name: string): string | undefined =>
  textOf(form, name).trim() === '' ? undefined : textOf(form, name);

/** All texts of a field that may stand several times, such as ticked boxes. */
export function textsOf(form: FormBody, name: string): string[] {
  const value = form[name];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((entry): entry is string => typeof entry === 'string');
}

const pipe = new StrictValidationPipe();

/** Holds values to a DTO, as the REST API would. Throws `validation_failed`. */
export const validated = <T extends object>(dto: Type<T>, values: object): Promise<T> =>
  pipe.transform({ ...values }, { type: 'body', metatype: dto }) as Promise<T>;

/** Why a form was refused, for the page that shows it once more. */
export interface Refusal {
  readonly error: AppError;
  /** What is wrong with a field. */
  readonly fieldError: (field: string) => FieldError | null;
}

export const toRefusal = (error: AppError): Refusal => ({
  error,
  fieldError: (field) => error.errors?.find((entry) => entry.field === field) ?? null,
});

/** What the form shows nobody again: who sent it may not see it any more. */
const ENDS_THE_CALLER: readonly ErrorKind[] = [SESSION_EXPIRED, ACCOUNT_SUSPENDED, FORBIDDEN];

/**
 * Runs the work of a form; what a person can put right comes back instead of being thrown.
 * @param alsoShown errors that the form shows although sending it again cannot help.
 */
export async function refusalOf(
  work: () => Promise<unknown>,
  alsoShown: readonly ErrorKind[] = [],
): Promise<Refusal | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof AppError && (alsoShown.includes(error.kind) || canBePutRight(error.kind)))
      return toRefusal(error);
    throw error;
  }
}

const canBePutRight = (kind: ErrorKind): boolean =>
  kind.status !== 404 && kind.status !== 500 && !ENDS_THE_CALLER.includes(kind);

/** Whether fields are marked, so that the page need not repeat the error as a whole. */
export const isFieldError = ({ error }: Refusal): boolean => VALIDATION_FAILED.isKindOf(error);

/** What is looked up, or `null` where it is not there: for what a page can do without. */
export async function orNull<T>(missing: ErrorKind, found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (missing.isKindOf(error)) return null;
    throw error;
  }
}
