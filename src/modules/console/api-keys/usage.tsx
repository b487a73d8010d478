import type { UsageBucket } from '../../usage/index.js';
import { DataTable } from '../page/lists.js';
import { usePage } from '../page/page-context.js';

const OUTCOMES = ['accepted', 'limited', 'denied'] as const;

/** What became of calls, as a table from which the page's script draws a chart. */
export function Usage({ buckets, title }: { buckets: readonly UsageBucket[]; title: string }) {
  const { t, format } = usePage();
  const totals = OUTCOMES.map((outcome) => buckets.reduce((sum, bucket) => sum + bucket[outcome], 0));
  return (
    <div data-usage>
      <dl class="figures">
        {OUTCOMES.map((outcome, index) => (
          <div key={outcome} class={outcome}>
            <dt>{t(`keyPage.${outcome}`)}</dt>
            <dd>{format.number(totals[index]!)}</dd>
          </div>
        ))}
      </dl>
      {totals.every((total) => total === 0) && <p class="quiet">{t('keyPage.noUsage')}</p>}
      <div class="chart" role="img" aria-label={title} data-time={t('keyPage.at')} hidden />
      <p class="quiet">{t('keyPage.legend')}</p>
      <details>
        <summary>{t('keyPage.numbers')}</summary>
        <DataTable
          label={title}
          columns={[t('keyPage.time'), ...OUTCOMES.map((outcome) => t(`keyPage.${outcome}`))]}
          isOfNumbers
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
