import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

/** Control, bidi-control, line and paragraph separators, lone surrogates: contract.md, section 1. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Something that has the shape of a key, anywhere in a text: contract.md, section 2. */
export const KEY_SHAPE = /[a-z][a-z0-9]{1,15}_[0-9A-Za-z]{12}_[0-9A-Za-z]{36}/;

const KEY_SHAPES = new RegExp(KEY_SHAPE, 'g');

/** A text that may be shown or logged: whatever has the shape of a key is left out. */
export const hideKeys = (text: string): string => text.replace(KEY_SHAPES, '[key]');

/** Why a text cannot be a name or reason of at most `max` code points, or `null` when it can. */
export function displayTextFault(value: unknown, max: number): string | null {
  if (typeof value !== 'string') return 'must be a string';
  if (UNPRINTABLE.test(value)) return 'must not hold control characters, line breaks or broken characters';
  const length = [...value].length;
  if (length < 1) return 'must not be empty';
  if (length > max) return `must have at most ${max} characters`;
  if (KEY_SHAPE.test(value)) return 'must not be an API key';
  return null;
}

export const trimText = (value: unknown): unknown => (typeof value === 'string' ? value.trim() : value);

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
