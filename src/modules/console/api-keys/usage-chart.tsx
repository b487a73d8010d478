import type { UsageBucket } from '../../usage/index.js';
import { DataTable } from '../components/data-table.js';
import { StatTiles } from '../components/stat-tiles.js';
import { usePage } from '../rendering/page-context.js';

const OUTCOMES = ['accepted', 'limited', 'denied'] as const;

/** Shows the number of requests by outcome: totals, a chart and a table. chart.js draws the chart from the table. */
export function UsageChart({ buckets, title }: { buckets: readonly UsageBucket[]; title: string }) {
  const { t, format } = usePage();
  const totals = OUTCOMES.map((outcome) => buckets.reduce((sum, bucket) => sum + bucket[outcome], 0));
  return (
    <div data-usage>
      <StatTiles
        tiles={OUTCOMES.map((outcome, index) => ({
          name: t(`keyPage.${outcome}`),
          value: totals[index]!,
          class: outcome,
        }))}
      />
      {totals.every((total) => total === 0) && <p class="quiet">{t('keyPage.noUsage')}</p>}
      <div class="chart" role="img" aria-label={title} data-time={t('keyPage.at')} hidden />
      <p class="quiet">{t('keyPage.legend')}</p>
      <details>
        <summary>{t('keyPage.numbers')}</summary>
        <DataTable
          label={title}
          columns={[t('keyPage.time'), ...OUTCOMES.map((outcome) => t(`keyPage.${outcome}`))]}
          isNumeric
        >
          {buckets.map((bucket) => (
            <tr key={bucket.at.getTime()}>
              <th scope="row">
                <time dateTime={bucket.at.toISOString()} data-utc>
                  {format.time(bucket.at)}
                </time>
              </th>
              {OUTCOMES.map((outcome) => (
                <td key={outcome}>
                  <data value={bucket[outcome]}>{format.number(bucket[outcome])}</data>
                </td>
              ))}
            </tr>
          ))}
        </DataTable>
      </details>
    </div>
  );
}
