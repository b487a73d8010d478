import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import {
  EMPTY,
  INVALID_CHARACTERS,
  INVALID_TEXT_CHARACTERS,
  INVISIBLE,
  IS_API_KEY,
  NOT_A_STRING,
  TOO_LONG,
  type FieldErrorKind,
  type FieldProblem,
} from '../errors/index.js';
import { API_KEY_SHAPE } from '../text/api-key-format.js';
import { countCodePoints, firstCodePoints } from '../text/code-points.js';
import { trimText } from '../text/trim-text.js';
import { FieldRule } from './field-rule.js';

/** Matches control and bidi-control characters, line and paragraph separators, and lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Matches the same characters as `UNPRINTABLE`, except the line break LF. */
const UNPRINTABLE_IN_LINES = /[\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]|(?!\n)\p{Cc}/u;

/**
 * Matches any visible character, for example a letter, digit, symbol or emoji. Doesn't match spaces, combining marks,
 * format characters or private-use characters. The pattern ends with code points that are also excluded, because they
 * look blank although Unicode classifies them as letters or symbols.
 */
const VISIBLE =
  /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{M}\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\u2800\ufffc\u{13441}\u{13442}\u{1d159}]/u;

/**
 * Checks a text that is shown to users, for example a name. Returns the problem if the value is not a valid text of at
 * most `max` code points, or `null` if it is valid.
 */
export const displayTextProblem = (value: unknown, max: number): FieldProblem | null =>
  textProblem(value, max, UNPRINTABLE, INVALID_CHARACTERS);

/** Checks a text like `displayTextProblem`, but allows line breaks (LF). */
export const multilineTextProblem = (value: unknown, max: number): FieldProblem | null =>
  textProblem(value, max, UNPRINTABLE_IN_LINES, INVALID_TEXT_CHARACTERS);

function textProblem(
  value: unknown,
  max: number,
  unprintable: RegExp,
  invalidCharacters: FieldErrorKind,
): FieldProblem | null {
  if (typeof value !== 'string') return NOT_A_STRING.with();
  if (value === '') return EMPTY.with();
  // If the value is too long, the other checks read only its first `max` code points, because a very long string would
  // take a long time.
  const isTooLong = countCodePoints(value, max) > max;
  const start = isTooLong ? firstCodePoints(value, max) : value;
  if (unprintable.test(start)) return invalidCharacters.with();
  if (isTooLong) return TOO_LONG.with({ max });
  if (!VISIBLE.test(value)) return INVISIBLE.with();
  if (API_KEY_SHAPE.test(value)) return IS_API_KEY.with();
  return null;
}

/**
 * A property decorator for text that is shown to users, for example a name or a reason. Trims the text, and then checks
 * it with `displayTextProblem`.
 */
export const IsDisplayText = (max: number): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => trimText(value)),
    FieldRule('isDisplayText', (value) => displayTextProblem(value, max)),
  );

/**
 * A property decorator for optional text with several lines, for example a description. Converts CRLF, which browsers
 * send in forms, to LF. Trims the text, and then checks it with `multilineTextProblem`. Blank text becomes `null`.
 */
export const IsMultilineText = (max: number): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => toLines(value)),
    FieldRule('isMultilineText', (value) => multilineTextProblem(value, max)),
  );

function toLines(value: unknown): unknown {
  const trimmed = trimText(value);
  if (typeof trimmed !== 'string') return trimmed;
  return trimmed === '' ? null : trimmed.replaceAll('\r\n', '\n');
}
