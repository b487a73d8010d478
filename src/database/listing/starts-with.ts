/**
 * The last Unicode code point. SQLite, MySQL and MariaDB sort the stored text by code point, so no other character
 * comes after this one.
 */
const LAST_CHARACTER = '\u{10FFFF}';

/**
 * Returns two bounds for a query that finds the strings that begin with `start`. The strings are greater than or equal
 * to `from`, and less than `to`. Unlike LIKE, comparisons with these bounds need no escaping.
 */
export const startsWith = (start: string): { from: string; to: string } => ({
  from: start,
  to: start + LAST_CHARACTER,
});
