/**
 * Returns the share of a limit that each instance accepts while the instances can't count together. The shares don't
 * exceed the limit in total, except that each of them is at least 1.
 */
export const instanceShare = (limit: number, instances: number): number =>
  Math.max(1, Math.floor(limit / instances));
