import type { UsageOutcome } from '../../usage/index.js';

/** The outcomes of requests, in the order in which bars stack them. */
export const OUTCOMES = ['accepted', 'limited', 'denied'] as const satisfies readonly UsageOutcome[];

/** The fills of bars. Two are patterns, so that the outcomes can be told apart without color. */
const FILLS: Record<UsageOutcome, string | undefined> = {
  accepted: undefined,
  limited: 'url(#limited-fill)',
  denied: 'url(#denied-fill)',
};

interface OutcomeRectProps {
  readonly outcome: UsageOutcome;
  readonly x?: string;
  readonly y?: number;
  readonly width: number | string;
  readonly height: number;
}

/** A rectangle in an SVG image that is filled like the outcome. The page needs `OutcomePatterns`. */
export const OutcomeRect = ({ outcome, ...geometry }: OutcomeRectProps) => (
  <rect class={outcome} fill={FILLS[outcome]} {...geometry} />
);

/** A small square that is filled like the outcome's part of each bar. */
export const Swatch = ({ outcome }: { outcome: UsageOutcome }) => (
  <svg class="swatch" width="14" height="14" aria-hidden="true">
    <OutcomeRect outcome={outcome} width={14} height={14} />
  </svg>
);

/** Defines the patterns of `OutcomeRect`. A page contains it at most once, because the patterns have ids. */
export const OutcomePatterns = () => (
  <svg class="visually-hidden" width="0" height="0" aria-hidden="true">
    <pattern
      id="limited-fill"
      width="6"
      height="6"
      patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"
    >
      <rect class="limited" width="4" height="6" />
    </pattern>
    <pattern id="denied-fill" width="4" height="4" patternUnits="userSpaceOnUse">
      <rect class="denied" width="4" height="3" />
    </pattern>
  </svg>
);
