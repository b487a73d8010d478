import type { UsageBucket, UsageInterval } from '../../usage/index.js';
import { languageTag } from '../i18n/languages.js';
import { usePage } from '../rendering/page-context.js';
import { BucketFormats } from './bucket-formats.js';
import { ChartTooltip } from './chart-tooltip.js';
import { countScale } from './count-scale.js';
import { OUTCOMES, OutcomeRect } from './outcomes.js';
import { stackSegments } from './stacked-bar.js';

// Heights are in pixels. Widths are percentages, because the chart is as wide as its card.
const PADDING = 10;
const PLOT_HEIGHT = 200;
const BASELINE = PADDING + PLOT_HEIGHT;
const LABEL_Y = BASELINE + 18;
const HEIGHT = BASELINE + 28;

/** A narrow chart has up to this many labels below its bars. A wide one has up to twice as many. */
const NARROW_LABELS = 3;

export interface UsageChartProps {
  readonly buckets: readonly UsageBucket[];
  readonly interval: UsageInterval;
  /** What the chart shows, for screen readers. */
  readonly title: string;
}

/**
 * Shows a bar for each hour or day, stacked by outcome. Time runs from left to right in every language. chart.js adds a
 * tooltip.
 */
export function UsageChart({ buckets, interval, title }: UsageChartProps) {
  const scale = countScale(Math.max(...buckets.map(totalOf)));
  return (
    <div class="chart" dir="ltr" data-chart>
      <CountAxis scale={scale} />
      <svg class="chart-plot" width="100%" height={HEIGHT} role="img" aria-label={title} data-plot>
        {scale.map((value) => (
          <line key={value} x2="100%" y1={yOf(value, scale)} y2={yOf(value, scale)} />
        ))}
        <Bars buckets={buckets} interval={interval} scale={scale} />
      </svg>
      <ChartTooltip />
    </div>
  );
}

type Scale = readonly number[];

const totalOf = (bucket: UsageBucket): number => OUTCOMES.reduce((sum, outcome) => sum + bucket[outcome], 0);

const yOf = (value: number, scale: Scale): number => PADDING + PLOT_HEIGHT * (1 - value / scale.at(-1)!);

const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;

function CountAxis({ scale }: { scale: Scale }) {
  const { format } = usePage();
  return (
    <svg class="chart-scale" height={HEIGHT} aria-hidden="true">
      {scale.map((value) => (
        <text key={value} x="100%" y={yOf(value, scale)} dy="0.35em" text-anchor="end">
          {format.compactNumber(value)}
        </text>
      ))}
    </svg>
  );
}

function Bars({ buckets, interval, scale }: Omit<UsageChartProps, 'title'> & { scale: Scale }) {
  const { t, format, language } = usePage();
  const formats = new BucketFormats(languageTag(language), interval, format.timeZone);
  const names = OUTCOMES.map((outcome) => t(`usage.${outcome}`));
  const titleOf = (bucket: UsageBucket) =>
    [
      formats.time(bucket.at),
      ...OUTCOMES.map((outcome, index) => `${names[index]} ${format.number(bucket[outcome])}`),
    ].join('\n');
  const labelStep = Math.ceil(buckets.length / NARROW_LABELS / 2);
  return (
    <>
      {buckets.map((bucket, index) => {
        const stepsFromEnd = (buckets.length - 1 - index) / labelStep;
        return (
          <g key={index}>
            <Bar
              bucket={bucket}
              title={titleOf(bucket)}
              index={index}
              slot={1 / buckets.length}
              scale={scale}
            />
            {Number.isInteger(stepsFromEnd) && (
              <text
                class={stepsFromEnd % 2 === 0 ? undefined : 'wide-only'}
                x={percent((index + 0.5) / buckets.length)}
                y={LABEL_Y}
                text-anchor="middle"
              >
                {formats.tick(bucket.at)}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

interface BarProps {
  readonly bucket: UsageBucket;
  /** A line for the time, and a line for each outcome. */
  readonly title: string;
  readonly index: number;
  /** The share of the chart's width that each bar has, including the space beside it. */
  readonly slot: number;
  readonly scale: Scale;
}

/** The share of its slot that a bar fills. In a chart of a few bars, these would be too wide with the usual share. */
const barShareOf = (slot: number): number => (slot > 1 / 12 ? 0.4 : 0.7);

function Bar({ bucket, title, index, slot, scale }: BarProps) {
  const share = barShareOf(slot);
  const segments = stackSegments(bucket, {
    baseline: BASELINE,
    pixelsPerRequest: PLOT_HEIGHT / scale.at(-1)!,
  });
  return (
    <g class="bar" data-bar>
      <title>{title}</title>
      <rect class="slot" x={percent(index * slot)} y={PADDING} width={percent(slot)} height={PLOT_HEIGHT} />
      {segments.map(({ outcome, y, height }) => (
        <OutcomeRect
          key={outcome}
          outcome={outcome}
          x={percent((index + (1 - share) / 2) * slot)}
          y={y}
          width={percent(share * slot)}
          height={height}
        />
      ))}
    </g>
  );
}
