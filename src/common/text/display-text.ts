import { API_KEY_SHAPE } from './api-key-shape.js';
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

/** Why a text cannot be a name or reason of at most `max` code points, or `null` when it can. */
export function displayTextProblem(value: unknown, max: number): string | null {
  if (typeof value !== 'string') return 'must be a string';
  if (value === '') return 'must not be empty';
  // First, so that nobody waits for the rest of a long text.
  const isTooLong = countCodePoints(value, max) > max;
  const start = isTooLong ? firstCodePoints(value, max) : value;
  if (UNPRINTABLE.test(start)) return 'must not hold control characters, line breaks or broken characters';
  if (isTooLong) return `must have at most ${max} characters`;
  if (!VISIBLE.test(value)) return 'must hold something visible';
  if (API_KEY_SHAPE.test(value)) return 'must not be an API key';
  return null;
}
