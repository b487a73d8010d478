import type { RateLimitState } from '../../../../common/access/index.js';
import { usePage } from '../../rendering/page-context.js';

/** Shows how many requests the user's keys can still send. rate-limit-meter.js keeps the number up to date. */
export function RateLimitMeter({ state, windowSeconds }: { state: RateLimitState; windowSeconds: number }) {
  const { t, format } = usePage();
  const { remaining, limit } = state;
  return (
    <section class="rate-limit" data-rate-limit aria-labelledby="rate-limit-title">
      <h2 id="rate-limit-title">{t('rateLimit.title')}</h2>
      <meter aria-labelledby="rate-limit-title" min={0} max={limit} low={limit * 0.2} value={remaining}>
        {remaining}
      </meter>
      <p>
        <strong data-rate-limit-left data-text={t('rateLimit.left')}>
          {t('rateLimit.left', { remaining: format.number(remaining), limit: format.number(limit) })}
        </strong>{' '}
        <span class="quiet">
          {t('rateLimit.window', { limit: format.number(limit), seconds: format.number(windowSeconds) })}
        </span>
      </p>
    </section>
  );
}
