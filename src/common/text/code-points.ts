/** The first `count` code points of a string. Reads no further than that. */
export function firstCodePoints(text: string, count: number): string {
  if (text.length <= count) return text;
  let end = 0;
  for (let points = 0; points < count && end < text.length; points++) {
    end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

/** The number of code points in a string. Stops at `max + 1`, so a long string costs no more time. */
export const countCodePoints = (text: string, max: number): number =>
  [...firstCodePoints(text, max + 1)].length;
