import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { countCodePoints, firstCodePoints } from './code-points.js';

/** Control, bidi-control, line and paragraph separators, lone surrogates: contract.md, section 1. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * A character that shows something: a letter, digit, sign or picture. Spaces, marks without a letter, and what is
 * there only to shape its neighbours show nothing, and nobody can tell what a private character shows. Named one by
 * one are the blanks that Unicode counts as letters or signs: of Braille, of music and of hieroglyphs, and the one
 * that stands for a missing object.
 */
const VISIBLE =
  /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{M}\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\u2800\ufffc\u{13441}\u{13442}\u{1d159}]/u;

/** Something that has the shape of a key, anywhere in a text: contract.md, section 2. */
export const KEY_SHAPE = /[a-z][a-z0-9]{1,15}_[0-9A-Za-z]{12}_[0-9A-Za-z]{36}/;

const KEY_SHAPES = new RegExp(KEY_SHAPE, 'g');

/** A text that may be shown or logged: whatever has the shape of a key is left out. */
export const hideKeys = (text: string): string => text.replace(KEY_SHAPES, '[key]');

/** Why a text cannot be a name or reason of at most `max` code points, or `null` when it can. */
export function displayTextFault(value: unknown, max: number): string | null {
  if (typeof value !== 'string') return 'must be a string';
  if (value === '') return 'must not be empty';
  // First, so that nobody waits for the rest of a long text.
  const isTooLong = countCodePoints(value, max) > max;
  const start = isTooLong ? firstCodePoints(value, max) : value;
  if (UNPRINTABLE.test(start)) return 'must not hold control characters, line breaks or broken characters';
  if (isTooLong) return `must have at most ${max} characters`;
  if (!VISIBLE.test(value)) return 'must hold something visible';
  if (KEY_SHAPE.test(value)) return 'must not be an API key';
  return null;
}

/** What is left out at both ends of a text: spaces, and the marks that only say in which direction it runs. */
const TRIMMED = /[\s\u200e\u200f\u061c]/u;

/** A text without what is left out at its ends; everything else as it is. */
export function trimText<T>(value: T): T | string {
  if (typeof value !== 'string') return value;
  // Trap: an expression that ends in `+$` would try every run of spaces in the text from every start.
  let [start, end] = [0, value.length];
  while (start < end && TRIMMED.test(value[start]!)) start++;
  while (end > start && TRIMMED.test(value[end - 1]!)) end--;
  return value.slice(start, end);
}

/** For comparing without case: the form in which searchable texts are stored and looked up. */
export const foldCase = (text: string): string => text.normalize('NFC').toLowerCase();

/** Unicode text as people write names and reasons: trimmed, 1 to `max` code points. */
export const IsDisplayText = (max: number): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => trimText(value)),
    ValidateBy({
      name: 'isDisplayText',
      validator: {
        validate: (value) => displayTextFault(value, max) === null,
        defaultMessage: (args) => displayTextFault(args?.value, max) ?? '',
      },
    }),
  );
