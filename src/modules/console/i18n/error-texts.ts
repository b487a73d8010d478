import {
  fillIn,
  type AppError,
  type ErrorKind,
  type FieldError,
  type FieldErrorParams,
} from '../../../common/errors/index.js';
import { NO_ROOM_FOR_API_KEY } from '../../api-keys/index.js';
import { TEMPORARY_PASSWORD_ENDED } from '../../auth/index.js';
import type { Translate } from './languages.js';

/** Texts by error code. The codes of modules that you add may not have a text. */
type TextsByCode = Readonly<Record<string, string>>;

const textOf = (texts: TextsByCode, code: string): string | null =>
  Object.hasOwn(texts, code) ? texts[code]! : null;

/** Describes a field error in the page's language. Without a text for the code, returns the error's own message. */
export function fieldErrorText(t: Translate, { code, message, params }: FieldError): string {
  const text = textOf(t('field', { returnObjects: true, skipInterpolation: true }), code);
  return text === null ? message : fillIn(text, params);
}

/** The text keys of errors that share their code with another error but have a text of their own. */
const OWN_TEXTS: ReadonlyMap<ErrorKind, string> = new Map([
  [NO_ROOM_FOR_API_KEY, 'no_room_for_api_key'],
  [TEMPORARY_PASSWORD_ENDED, 'temporary_password_ended'],
]);

/**
 * Describes an error in the page's language. Without a text for the code, returns the error's own detail.
 * @param params the variables of the text, if it has any.
 */
export function errorText(t: Translate, error: AppError, params: FieldErrorParams = {}): string {
  const texts = t('problem', { returnObjects: true, skipInterpolation: true });
  const text = textOf(texts, OWN_TEXTS.get(error.kind) ?? error.kind.code);
  // Users don't see the details of server errors, because they may reveal internals.
  if (text === null) return error.kind.status < 500 ? error.message : t('problem.internal_error');
  return fillIn(text, params);
}
