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

/** Texts by error code. A team's error may have a code without a text. */
type TextsByCode = Readonly<Record<string, string>>;

const textOf = (texts: TextsByCode, code: string): string | null =>
  Object.hasOwn(texts, code) ? texts[code]! : null;

/** What is wrong with a field, in the page's language. A code without a text shows the error's own message. */
export function fieldErrorText(t: Translate, { code, message, params }: FieldError): string {
  const text = textOf(t('field', { returnObjects: true, skipInterpolation: true }), code);
  return text === null ? message : fillIn(text, params);
}

/** Errors that share their code with another error but need a text of their own. */
const OWN_TEXTS: ReadonlyMap<ErrorKind, string> = new Map([
  [NO_ROOM_FOR_API_KEY, 'no_room_for_api_key'],
  [TEMPORARY_PASSWORD_ENDED, 'temporary_password_ended'],
]);

/**
 * What an error means, in the page's language. A code without a text shows the error's own detail.
 * @param params the variables of the text, if it has any.
 */
export function errorText(t: Translate, error: AppError, params: FieldErrorParams = {}): string {
  const texts = t('problem', { returnObjects: true, skipInterpolation: true });
  const text = textOf(texts, OWN_TEXTS.get(error.kind) ?? error.kind.code);
  // Details of server errors stay in the log: they may reveal too much.
  if (text === null) return error.kind.status < 500 ? error.message : t('problem.internal_error');
  return fillIn(text, params);
}
