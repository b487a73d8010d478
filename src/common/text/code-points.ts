/** Returns the first `count` code points of a string. Doesn't read the rest of the string. */
export function firstCodePoints(text: string, count: number): string {
  if (text.length <= count) return text;
  let end = 0;
  for (let points = 0; points < count && end < text.length; points++) {
    end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

/**
 * Returns the number of code points in a string, or `max + 1` if there are more than `max`. Doesn't read the rest of a
 * longer string, which could take a long time.
 */
export const countCodePoints = (text: string, max: number): number =>
  [...firstCodePoints(text, max + 1)].length;
