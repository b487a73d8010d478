/** A thousand ticked boxes, and what stands beside them on the largest page. */
export const MAX_FORM_FIELDS = 1_100;

/** A form's fields by name; a field that stands several times is a list. */
export type FormFields = Record<string, string | string[]>;

/**
 * Reads an urlencoded form in one pass.
 * @returns `null` when it has more than `MAX_FORM_FIELDS` fields, which is found out before any of them is read.
 */
export function parseForm(text: string): FormFields | null {
  if (hasTooMany(text)) return null;
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const known = fields.get(name);
    if (known === undefined) fields.set(name, value);
    else if (typeof known === 'string') fields.set(name, [known, value]);
    else known.push(value);
  }
  return Object.fromEntries(fields);
}

function hasTooMany(text: string): boolean {
  let count = 1;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    if (++count > MAX_FORM_FIELDS) return true;
  }
  return false;
}
