/** What is left out at both ends of a text: spaces, and the marks that only say in which direction it runs. */
const TRIMMED = /[\s\u200e\u200f\u061c]/u;

/** A text without what is left out at its ends; everything else as it is. */
export function trimText<T>(value: T): T | string {
  if (typeof value !== 'string') return value;
  // Trap: an expression that ends in `+$` would try every run of spaces in the text from every start.
  let [start, end] = [0, value.length];
  while (start < end && TRIMMED.test(value[start]!)) start++;
  while (end > start && TRIMMED.test(value[end - 1]!)) end--;
  return value.slice(start, end);
}
