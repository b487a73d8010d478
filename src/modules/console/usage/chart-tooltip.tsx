import { directionOf, languageTag } from '../i18n/languages.js';
import { usePage } from '../rendering/page-context.js';
import { OUTCOMES, Swatch } from './outcomes.js';

/**
 * The chart's tooltip, and what a screen reader needs to read the bars. chart.js fills in the texts of a bar. Without
 * scripts, browsers show the titles of the bars.
 */
export function ChartTooltip() {
  const { t, language } = usePage();
  return (
    <>
      <div
        class="chart-tooltip"
        dir={directionOf(languageTag(language))}
        aria-hidden="true"
        data-values
        hidden
      >
        <p data-text />
        {OUTCOMES.map((outcome) => (
          <p key={outcome}>
            <Swatch outcome={outcome} /> <span data-text />
          </p>
        ))}
      </div>
      <p id="chart-keyboard" hidden>
        {t('usage.keyboard')}
      </p>
      <div class="visually-hidden" aria-live="polite" data-announcement />
    </>
  );
}
