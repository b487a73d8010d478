/** A form or query as it arrives: a text for each field, or an array if the field is repeated. */
export type FormBody = Readonly<Record<string, unknown>>;

/** The text of a field, or `''` if the field is missing or repeated. */
export function textOf(form: FormBody, name: string): string {
  const value = form[name];
  return typeof value === 'string' ? value : '';
}

/** The text of a field, or `undefined` if it is missing or blank. Browsers send empty fields too. */
export const filledIn = (form: FormBody, name: string): string | undefined =>
  textOf(form, name).trim() === '' ? undefined : textOf(form, name);

/** Every text of a field that may be repeated, like a group of checkboxes. */
export function textsOf(form: FormBody, name: string): string[] {
  const value = form[name];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((entry): entry is string => typeof entry === 'string');
}
