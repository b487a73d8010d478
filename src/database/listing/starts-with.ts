/** The last code point. Both databases sort text by code point, so no other character sorts after it. */
const LAST_CHARACTER = '\u{10FFFF}';

/** The bounds between which all strings that start with `start` sort. Unlike LIKE, they need no escaping. */
export const startsWith = (start: string): { from: string; to: string } => ({
  from: start,
  to: start + LAST_CHARACTER,
});
