import type { RateLimitState } from '../../../common/access/index.js';
import { usePage } from '../rendering/page-context.js';

/** How much of the user's rate limit is left for their keys. budget.js keeps it up to date. */
export function Budget({ state, windowSeconds }: { state: RateLimitState; windowSeconds: number }) {
  const { t, format } = usePage();
  const { remaining, limit } = state;
  return (
    <section class="budget" data-budget aria-labelledby="budget-title">
      <h2 id="budget-title">{t('budget.title')}</h2>
      <meter aria-labelledby="budget-title" min={0} max={limit} low={limit * 0.2} value={remaining}>
        {remaining}
      </meter>
      <p>
        <strong data-budget-left data-text={t('budget.left')}>
          {t('budget.left', { remaining: format.number(remaining), limit: format.number(limit) })}
        </strong>{' '}
        <span class="quiet">
          {t('budget.window', { limit: format.number(limit), seconds: format.number(windowSeconds) })}
        </span>
      </p>
    </section>
  );
}
