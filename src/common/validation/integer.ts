/**
 * Converts a query parameter to a number if it consists of 1 to 9 digits, because query parameters arrive as strings.
 * Returns other values unchanged, so that the validator rejects them.
 */
export const parseQueryInteger = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
