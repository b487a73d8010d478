/** Matches white space and the invisible marks for the text direction (LRM, RLM, ALM). */
const TRIMMED = /[\s\u200e\u200f\u061c]/u;

/** Trims a string at both ends. Returns other values unchanged, so that the validator can reject them. */
export function trimText<T>(value: T): T | string {
  if (typeof value !== 'string') return value;
  // Caution: a regular expression that ends in `+$` would take quadratic time on a long run of spaces inside the text.
  let [start, end] = [0, value.length];
  while (start < end && TRIMMED.test(value[start]!)) start++;
  while (end > start && TRIMMED.test(value[end - 1]!)) end--;
  return value.slice(start, end);
}
