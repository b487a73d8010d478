/** Reads a whole number from a query, which holds texts; leaves everything else for the validator to refuse. */
export const parseInteger = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
