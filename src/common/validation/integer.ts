/**
 * Converts a string with at most 9 digits to a number, because query values are strings. Returns other values
 * unchanged, so that the validator rejects them.
 */
export const parseQueryInteger = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
