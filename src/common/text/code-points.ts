/** The beginning of a text, up to `count` code points. Costs no more than what it returns. */
export function firstCodePoints(text: string, count: number): string {
  if (text.length <= count) return text;
  let end = 0;
  for (let taken = 0; taken < count && end < text.length; taken++) {
    end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

/** How many code points a text has; more than `max` count as `max + 1`, so that nobody waits for a long text. */
export const countCodePoints = (text: string, max: number): number =>
  [...firstCodePoints(text, max + 1)].length;
