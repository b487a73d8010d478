/** The unvalidated fields of a form or query. A value is a string, or an array if the field is repeated. */
export type FormBody = Readonly<Record<string, unknown>>;

/** The value of a field, or `''` if the field is missing or repeated. */
export function textOf(form: FormBody, name: string): string {
  const value = form[name];
  return typeof value === 'string' ? value : '';
}

/** The value of a field, or `undefined` if it is missing, repeated or blank. Browsers send empty fields too. */
export const optionalTextOf = (form: FormBody, name: string): string | undefined =>
  textOf(form, name).trim() === '' ? undefined : textOf(form, name);

/** All values of a field that may be repeated, like a group of checkboxes. */
export function textsOf(form: FormBody, name: string): string[] {
  const value = form[name];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((entry): entry is string => typeof entry === 'string');
}
