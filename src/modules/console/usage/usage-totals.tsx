import type { UsageCounts } from '../../usage/index.js';
import { usePage } from '../rendering/page-context.js';
import { OUTCOMES, Swatch } from './outcomes.js';

/** Tiles with the number of requests by outcome. They are also the chart's legend. */
export function UsageTotals({ totals }: { totals: UsageCounts }) {
  const { t, format } = usePage();
  return (
    <dl class="stats">
      {OUTCOMES.map((outcome) => (
        <div key={outcome}>
          <dt>
            <Swatch outcome={outcome} /> {t(`usage.${outcome}`)}
          </dt>
          <dd>{format.number(totals[outcome])}</dd>
        </div>
      ))}
    </dl>
  );
}
