import type { UsageCounts } from '../../usage/index.js';
import { VisuallyHidden } from '../components/visually-hidden.js';
import { usePage } from '../rendering/page-context.js';
import { OUTCOMES, Swatch } from './outcomes.js';

interface UsageTotalsProps {
  readonly totals: UsageCounts;
  /** The totals of the period before. */
  readonly previousTotals?: UsageCounts | undefined;
}

/** Tiles with the number of requests by outcome, and how it has changed. They are also the chart's legend. */
export function UsageTotals({ totals, previousTotals }: UsageTotalsProps) {
  const { t, format } = usePage();
  return (
    <dl class="stats totals">
      {OUTCOMES.map((outcome) => (
        <div key={outcome}>
          <dt>
            <Swatch outcome={outcome} /> {t(`usage.${outcome}`)}
          </dt>
          <dd>{format.number(totals[outcome])}</dd>
          {previousTotals && (
            <dd class="change">
              <Change total={totals[outcome]} previous={previousTotals[outcome]} />
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

function Change({ total, previous }: { total: number; previous: number }) {
  const { t, format } = usePage();
  if (previous === 0) return total === 0 ? null : <>{t('usage.noneBefore')}</>;
  return (
    <>
      {format.change((total - previous) / previous)}{' '}
      <VisuallyHidden>{t('usage.comparedWith')}</VisuallyHidden>
    </>
  );
}
