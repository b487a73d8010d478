/** The last Unicode code point. Both databases sort text by code point, so no other character sorts after it. */
const LAST_CHARACTER = '\u{10FFFF}';

/**
 * Returns the bounds for strings that start with `start`. These strings are at least `from` and less than `to`. Unlike
 * LIKE, this condition needs no escaping.
 */
export const startsWith = (start: string): { from: string; to: string } => ({
  from: start,
  to: start + LAST_CHARACTER,
});
