// Keeps the rate-limit meter up to date while the page is visible.

const INTERVAL_MS = 5_000;

const budget = document.querySelector('[data-budget]');
const meter = budget?.querySelector('meter');
const left = budget?.querySelector('[data-budget-left]');
const numbers = new Intl.NumberFormat(document.documentElement.lang);

async function refresh() {
  if (!meter || !(left instanceof HTMLElement) || document.hidden) return;
  const response = await fetch('/api/v1/me');
  // Signed out in another window: reloading leads to the sign-in page.
  if (response.status === 401) return location.reload();
  // For example, the session's own rate limit is reached. The next attempt may succeed.
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

if (budget) setInterval(() => void refresh().catch(() => undefined), INTERVAL_MS);

export {};
