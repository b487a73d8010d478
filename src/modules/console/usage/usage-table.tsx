import { DataTable } from '../components/lists/data-table.js';
import { languageTag } from '../i18n/languages.js';
import { usePage } from '../rendering/page-context.js';
import { BucketFormats } from './bucket-formats.js';
import { OUTCOMES } from './outcomes.js';
import type { UsageChartProps } from './usage-chart.js';

/** Shows the numbers of the chart as a table. It is closed at first. */
export function UsageTable({ buckets, interval, title }: UsageChartProps) {
  const { t, format, language } = usePage();
  const formats = new BucketFormats(languageTag(language), interval, format.timeZone);
  return (
    <details>
      <summary>{t('usage.numbers')}</summary>
      <DataTable
        label={title}
        columns={[t('usage.time'), ...OUTCOMES.map((outcome) => t(`usage.${outcome}`))]}
        isNumeric
      >
        {buckets.map((bucket) => (
          <tr key={bucket.at.getTime()}>
            <th scope="row">
              <time dateTime={bucket.at.toISOString()}>{formats.time(bucket.at)}</time>
            </th>
            {OUTCOMES.map((outcome) => (
              <td key={outcome}>{format.number(bucket[outcome])}</td>
            ))}
          </tr>
        ))}
      </DataTable>
    </details>
  );
}
