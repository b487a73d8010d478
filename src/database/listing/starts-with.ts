/** Sorts after every other character in both databases, which compare code points. */
const LAST_CHARACTER = '\u{10FFFF}';

/** The bounds of all texts that begin with `start`. Needs no wildcards and can use an index. */
export const startsWith = (start: string): { from: string; to: string } => ({
  from: start,
  to: start + LAST_CHARACTER,
});
