/**
 * The version of this build. It is the same as in package.json. Each migration names the oldest build that can run with
 * it.
 */
export const BUILD = '0.1.0';

/** Returns whether version `one` is older than version `other`. Versions have the form 1.2.3. */
export function isOlder(one: string, other: string): boolean {
  const [left, right] = [one, other].map((version) => version.split('.').map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (left![index] ?? 0) - (right![index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
