import { MAX_FORM_FIELDS } from '../../common/validation/index.js';

/** The fields of a form, keyed by name. The values of a repeated field form an array. */
export type FormFields = Record<string, string | string[]>;

/**
 * Parses an urlencoded form.
 * @returns the fields, or `null` if the form has more than `MAX_FORM_FIELDS`. The fields are counted before any of them
 * is parsed.
 */
export function parseForm(text: string): FormFields | null {
  if (hasTooManyFields(text)) return null;
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const existing = fields.get(name);
    if (existing === undefined) fields.set(name, value);
    else if (typeof existing === 'string') fields.set(name, [existing, value]);
    else existing.push(value);
  }
  return Object.fromEntries(fields);
}

function hasTooManyFields(text: string): boolean {
  let count = 1;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    if (++count > MAX_FORM_FIELDS) return true;
  }
  return false;
}
