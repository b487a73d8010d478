const FACTORS = [1, 2, 5] as const;
const MIN_STEPS = 2;
const MAX_STEPS = 5;

/**
 * Returns the values that are labeled on an axis from 0 to at least `max`: 0 and 2 to 5 multiples of 1, 2 or 5 times a
 * power of ten. The last value is the end of the axis.
 */
export function countScale(max: number): readonly number[] {
  const increment = incrementFor(max);
  const steps = Math.max(MIN_STEPS, Math.ceil(max / increment));
  return Array.from({ length: steps + 1 }, (_, index) => index * increment);
}

function incrementFor(max: number): number {
  for (let power = 1; ; power *= 10) {
    const factor = FACTORS.find((each) => each * power * MAX_STEPS >= max);
    if (factor !== undefined) return factor * power;
  }
}
