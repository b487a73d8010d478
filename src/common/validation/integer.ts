/** Parses a whole number of up to 9 digits, because query values are strings. The validator rejects other values. */
export const parseQueryInteger = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
