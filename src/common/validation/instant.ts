import { ValidateBy } from 'class-validator';

/** RFC 3339, section 5.6: a date, a time and an offset, since a time without one means different moments. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;

/** The moment that an RFC 3339 text names, or `null`. Days that do not exist, such as 30 February, are none. */
export function parseInstant(text: string): Date | null {
  if (!RFC_3339.test(text)) return null;
  const instant = new Date(text.toUpperCase());
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const dayExists = day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (Number.isNaN(instant.getTime()) || !dayExists) return null;
  return instant.getUTCFullYear() >= 1 && instant.getUTCFullYear() <= 9999 ? instant : null;
}

/** A moment as RFC 3339 text with an offset. */
export const IsInstant = (): PropertyDecorator =>
  ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value) => typeof value === 'string' && parseInstant(value) !== null,
      defaultMessage: () => 'must be a time with its offset, such as 2027-01-31T00:00:00Z',
    },
  });
