import { USAGE_PERIODS, type PeriodUsage, type UsagePeriod } from '../../usage/index.js';
import { languageTag } from '../i18n/languages.js';
import { usePage } from '../rendering/page-context.js';
import { withQuery } from '../rendering/page.js';
import { BucketFormats } from './bucket-formats.js';
import { UsageReport } from './usage-report.js';

interface UsageSectionProps {
  readonly period: UsagePeriod;
  readonly usage: PeriodUsage;
  /** The path of the page, without its query. */
  readonly path: string;
}

/** Shows the usage in a period, with a tab for each period. The page reads the query parameter `period`. */
export function UsageSection({ period, usage, path }: UsageSectionProps) {
  const { t } = usePage();
  const periodName = t(`usage.periods.${period.name}`);
  return (
    <section class="card">
      <h2>{t('usage.title')}</h2>
      <PeriodTabs current={period.name} path={path} />
      <Span period={period} />
      <UsageReport
        buckets={usage.buckets}
        previousTotals={usage.previousTotals}
        interval={period.interval}
        title={t('usage.chart', { period: periodName })}
      />
    </section>
  );
}

function PeriodTabs({ current, path }: { current: UsagePeriod['name']; path: string }) {
  const { t, link } = usePage();
  return (
    <nav class="tabs" aria-label={t('usage.title')}>
      {USAGE_PERIODS.map((name) => (
        <a
          key={name}
          href={link(withQuery(path, { period: name }))}
          aria-current={name === current ? 'true' : undefined}
        >
          {t(`usage.periods.${name}`)}
        </a>
      ))}
    </nav>
  );
}

/** States when the period starts and ends, and what its totals are compared with. */
function Span({ period: { interval, from } }: { period: UsagePeriod }) {
  const { t, format, language, now } = usePage();
  const formats = new BucketFormats(languageTag(language), interval, format.timeZone);
  const span = { span: formats.span(from, now), timeZone: formats.timeZone };
  return <p class="quiet">{t('usage.span', span)}</p>;
}
