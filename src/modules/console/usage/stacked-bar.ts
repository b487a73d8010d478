import type { UsageCounts, UsageOutcome } from '../../usage/index.js';
import { OUTCOMES } from './outcomes.js';

/** The minimum height of a segment, so that a single request can be seen beside thousands. */
const MIN_HEIGHT = 2;
const GAP = 1;

/** The part of a bar that stands for one outcome. `y` is its upper end. */
export interface Segment {
  readonly outcome: UsageOutcome;
  readonly y: number;
  readonly height: number;
}

export interface BarScale {
  /** The position of the lower end of every bar. */
  readonly baseline: number;
  readonly pixelsPerRequest: number;
}

/** Stacks the outcomes of one bar from bottom to top. Outcomes without requests have no segment. */
export function stackSegments(
  counts: Readonly<UsageCounts>,
  { baseline, pixelsPerRequest }: BarScale,
): Segment[] {
  let y = baseline;
  return OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => {
    const height = Math.max(MIN_HEIGHT, counts[outcome] * pixelsPerRequest);
    y -= height;
    return { outcome, y: round(y), height: round(height > MIN_HEIGHT + GAP ? height - GAP : height) };
  });
}

const round = (pixels: number): number => Math.round(pixels * 10) / 10;
