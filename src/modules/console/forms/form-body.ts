/** The unvalidated fields of a form or query. A value is a string, or an array if the field is repeated. */
export type FormBody = Readonly<Record<string, unknown>>;

/** Returns the value of a field, or `''` if the field is missing or repeated. */
export function textOf(form: FormBody, name: string): string {
  const value = form[name];
  return typeof value === 'string' ? value : '';
}

/**
 * Returns the value of a field, or `undefined` if the field is missing, repeated or blank. Browsers also send empty
 * fields.
 */
export const optionalTextOf = (form: FormBody, name: string): string | undefined =>
  textOf(form, name).trim() === '' ? undefined : textOf(form, name);

/** Returns all values of a field that may be repeated, for example a group of checkboxes. */
export function textsOf(form: FormBody, name: string): string[] {
  const value = form[name];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((entry): entry is string => typeof entry === 'string');
}
