import { INVALID_TIME } from '../errors/index.js';
import { FieldRule } from './field-rule.js';

/** Matches a date, a time and an offset (RFC 3339, section 5.6). Without an offset, a time would be ambiguous. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * Parses an RFC 3339 time in the years 1 to 9999. Returns `null` for other strings and for days that do not exist, for
 * example 30 February.
 */
export function parseInstant(text: string): Date | null {
  if (!RFC_3339.test(text)) return null;
  const instant = new Date(text.toUpperCase());
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const dayExists = day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (Number.isNaN(instant.getTime()) || !dayExists) return null;
  return instant.getUTCFullYear() >= 1 && instant.getUTCFullYear() <= 9999 ? instant : null;
}

/** A property decorator that accepts an RFC 3339 time with an offset. */
export const IsInstant = (): PropertyDecorator =>
  FieldRule('isInstant', (value) =>
    typeof value === 'string' && parseInstant(value) !== null ? null : INVALID_TIME.with(),
  );
