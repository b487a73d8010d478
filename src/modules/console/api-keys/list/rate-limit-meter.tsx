import type { RateLimitState } from '../../../../common/access/index.js';
import { usePage } from '../../rendering/page-context.js';

/**
 * Shows how many requests the user's keys can still send, and when there will be more. rate-limit-meter.js keeps this up
 * to date.
 */
export function RateLimitMeter({ state, windowSeconds }: { state: RateLimitState; windowSeconds: number }) {
  const { t, format } = usePage();
  const { remaining, limit, resetSeconds } = state;
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
      <p
        class="quiet refill"
        data-rate-limit-refill
        data-text={t('rateLimit.refill')}
        data-seconds={remaining < limit ? resetSeconds : 0}
      >
        {remaining < limit && t('rateLimit.refill', { time: format.wait(resetSeconds) })}
      </p>
    </section>
  );
}
