/** Returns the largest number of times, sorted in ascending order, within any half-open span of this length. */
export function mostInAnySpan(times: readonly number[], length: number): number {
  let most = 0;
  let first = 0;
  for (let last = 0; last < times.length; last++) {
    while (times[last]! - times[first]! >= length) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
