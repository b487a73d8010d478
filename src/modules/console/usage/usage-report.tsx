import { sumCounts, type UsageCounts } from '../../usage/index.js';
import { usePage } from '../rendering/page-context.js';
import { OutcomePatterns } from './outcomes.js';
import { UsageChart, type UsageChartProps } from './usage-chart.js';
import { UsageTable } from './usage-table.js';
import { UsageTotals } from './usage-totals.js';

interface UsageReportProps extends UsageChartProps {
  /** The totals of the period before, to compare with. */
  readonly previousTotals?: UsageCounts;
}

/** Shows the number of requests by outcome: totals, and a chart and a table unless there were no requests. */
export function UsageReport({ previousTotals, ...props }: UsageReportProps) {
  const { t } = usePage();
  const totals = sumCounts(props.buckets);
  return (
    <>
      <OutcomePatterns />
      <UsageTotals totals={totals} previousTotals={previousTotals} />
      {totals.accepted + totals.limited + totals.denied === 0 ? (
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
