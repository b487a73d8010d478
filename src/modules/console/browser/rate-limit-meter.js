// This script updates the rate-limit meter while the page is visible.

const INTERVAL_MS = 5_000;

const section = document.querySelector('[data-rate-limit]');
const meter = section?.querySelector('meter');
const left = section?.querySelector('[data-rate-limit-left]');
const numbers = new Intl.NumberFormat(document.documentElement.lang);

async function refresh() {
  if (!meter || !(left instanceof HTMLElement) || document.hidden) return;
  const response = await fetch('/api/v1/me');
  // The session has ended, for example because the user has signed out in another window. Reloading the page redirects
  // to the sign-in page.
  if (response.status === 401) return location.reload();
  // This error may be temporary, for example because the session has reached its own rate limit. The next refresh tries
  // again.
  if (!response.ok) return;
  /** @type {unknown} */
  const body = await response.json();
  const me = /** @type {{ apiKeyRateLimit: { limit: number, remaining: number } }} */ (body);
  const { limit, remaining } = me.apiKeyRateLimit;
  meter.max = limit;
  meter.low = limit * 0.2;
  meter.value = remaining;
  left.textContent = (left.dataset['text'] ?? '')
    .replace('{{remaining}}', numbers.format(remaining))
    .replace('{{limit}}', numbers.format(limit));
}

if (section) setInterval(() => void refresh().catch(() => undefined), INTERVAL_MS);

export {};
