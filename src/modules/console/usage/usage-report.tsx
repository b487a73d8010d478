import { usePage } from '../rendering/page-context.js';
import { OUTCOMES, OutcomePatterns } from './outcomes.js';
import { UsageChart, type UsageChartProps } from './usage-chart.js';
import { UsageTable } from './usage-table.js';
import { UsageTotals } from './usage-totals.js';

/** Shows the number of requests by outcome: totals, and a chart and a table unless there were no requests. */
export function UsageReport(props: UsageChartProps) {
  const { t } = usePage();
  const [accepted = 0, limited = 0, denied = 0] = OUTCOMES.map((outcome) =>
    props.buckets.reduce((sum, bucket) => sum + bucket[outcome], 0),
  );
  return (
    <>
      <OutcomePatterns />
      <UsageTotals totals={{ accepted, limited, denied }} />
      {accepted + limited + denied === 0 ? (
        <p class="quiet">{t('usage.noUsage')}</p>
      ) : (
        <>
          <UsageChart {...props} />
          <p class="quiet">{t('usage.legend')}</p>
          <UsageTable {...props} />
        </>
      )}
    </>
  );
}
