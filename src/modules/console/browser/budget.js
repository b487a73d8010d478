// Keeps the meter of the minute's budget fresh while somebody looks at it.

const EVERY_MS = 5_000;

const budget = document.querySelector('[data-budget]');
const meter = budget?.querySelector('meter');
const left = budget?.querySelector('[data-budget-left]');
const numbers = new Intl.NumberFormat(document.documentElement.lang);

async function refresh() {
  if (!meter || !(left instanceof HTMLElement) || document.hidden) return;
  const response = await fetch('/api/v1/me');
  // Signed out elsewhere: the page leads to where one signs in again.
  if (response.status === 401) return location.reload();
  // Such as the budget of the pages themselves being spent: the next look may be luckier.
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

if (budget) setInterval(() => void refresh().catch(() => undefined), EVERY_MS);

export {};
