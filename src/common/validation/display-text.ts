import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import {
  EMPTY,
  INVALID_CHARACTERS,
  INVISIBLE,
  IS_API_KEY,
  NOT_A_STRING,
  TOO_LONG,
  type FieldProblem,
} from '../errors/index.js';
import { API_KEY_SHAPE } from '../text/api-key-shape.js';
import { countCodePoints, firstCodePoints } from '../text/code-points.js';
import { trimText } from '../text/trim-text.js';
import { FieldRule } from './field-rule.js';

/** Control and bidi-control characters, line and paragraph separators, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * Any visible character: a letter, digit, symbol or emoji. Spaces, combining marks, format characters and private-use
 * characters don't count. The code points at the end are blank, although Unicode classifies them as letters or symbols.
 */
const VISIBLE =
  /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{M}\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\u2800\ufffc\u{13441}\u{13442}\u{1d159}]/u;

/** Why a value can't be a name or reason of at most `max` code points. `null` when it can. */
export function displayTextProblem(value: unknown, max: number): FieldProblem | null {
  if (typeof value !== 'string') return NOT_A_STRING.with();
  if (value === '') return EMPTY.with();
  // The other checks see only the first `max` code points, so a long string costs no more time.
  const isTooLong = countCodePoints(value, max) > max;
  const start = isTooLong ? firstCodePoints(value, max) : value;
  if (UNPRINTABLE.test(start)) return INVALID_CHARACTERS.with();
  if (isTooLong) return TOO_LONG.with({ max });
  if (!VISIBLE.test(value)) return INVISIBLE.with();
  if (API_KEY_SHAPE.test(value)) return IS_API_KEY.with();
  return null;
}

/** Accepts a name or reason of 1 to `max` code points, and trims it. */
export const IsDisplayText = (max: number): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => trimText(value)),
    FieldRule('isDisplayText', (value) => displayTextProblem(value, max)),
  );
