import { usePage } from '../rendering/page-context.js';

/** Tells the user how long to wait before trying again. In the browser, countdown.js counts the seconds down. */
export function Countdown({ seconds }: { seconds: number }) {
  const { t, format, asset } = usePage();
  return (
    <>
      {/* A timer is a live region that screen readers don't read again each second. */}
      <span
        role="timer"
        data-countdown={seconds}
        data-text={t('error.retry')}
        data-done={t('error.retryNow')}
      >
        {t('error.retry', { time: format.wait(seconds) })}
      </span>
      <script type="module" src={asset('countdown.js')} />
    </>
  );
}
