import type { RateLimitState } from '../../../common/access/index.js';
import { usePage } from '../rendering/page-context.js';
import { Countdown } from './countdown.js';

/** The number of attempts from which on users are warned. */
const WARN_AT = 2;

/**
 * Warns users who have entered wrong passwords before they have to wait.
 * @param state how many more passwords they may try, or `null` if the password wasn't wrong.
 */
export function AttemptsLeft({ state }: { state: RateLimitState | null }) {
  const { t } = usePage();
  if (!state || state.remaining > WARN_AT) return null;
  if (state.remaining > 0) return <> {t('signIn.attemptsLeft', { count: state.remaining })}</>;
  return (
    <>
      {' '}
      {t('problem.too_many_failed_attempts')} <Countdown seconds={state.resetSeconds} />
    </>
  );
}
