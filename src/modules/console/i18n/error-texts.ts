import {
  interpolate,
  type AppError,
  type ErrorKind,
  type FieldError,
  type FieldErrorParams,
} from '../../../common/errors/index.js';
import { NO_ROOM_FOR_API_KEY } from '../../api-keys/index.js';
import { TEMPORARY_PASSWORD_ENDED } from '../../auth/index.js';
import type { Translate } from './languages.js';

/** The texts of errors, by error code. The error codes of modules that you add may have no text. */
type TextsByCode = Readonly<Record<string, string>>;

const textOf = (texts: TextsByCode, code: string): string | null =>
  Object.hasOwn(texts, code) ? texts[code]! : null;

/**
 * Describes a field error in the language of the page. If the error code has no text, this returns the message of the
 * error.
 */
export function fieldErrorText(t: Translate, { code, message, params }: FieldError): string {
  const text = textOf(t('field', { returnObjects: true, skipInterpolation: true }), code);
  return text === null ? message : interpolate(text, params);
}

/** The keys of the texts for errors that share their code with another error but have their own text. */
const OWN_TEXTS: ReadonlyMap<ErrorKind, string> = new Map([
  [NO_ROOM_FOR_API_KEY, 'no_room_for_api_key'],
  [TEMPORARY_PASSWORD_ENDED, 'temporary_password_ended'],
]);

/**
 * Describes an error in the language of the page. If the error code has no text, this returns the detail of the error.
 * @param params the values of the variables in the text, if it has any.
 */
export function errorText(t: Translate, error: AppError, params: FieldErrorParams = {}): string {
  const texts = t('problem', { returnObjects: true, skipInterpolation: true });
  const text = textOf(texts, OWN_TEXTS.get(error.kind) ?? error.kind.code);
  // Users don't see the details of server errors, because they may reveal internals.
  if (text === null) return error.kind.status < 500 ? error.message : t('problem.internal_error');
  return interpolate(text, params);
}
