/** The version in package.json, by which migrations name the oldest build that can run with them. */
export const BUILD = '0.1.0';

/** Whether version `one` comes before `other`; both are numbers separated by dots. */
export function isOlder(one: string, other: string): boolean {
  const [left, right] = [one, other].map((version) => version.split('.').map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (left![index] ?? 0) - (right![index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
