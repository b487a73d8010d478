// This script updates the rate-limit meter while the page is visible.

import { formatWait } from './wait.js';

const INTERVAL_MS = 5_000;

const section = document.querySelector('[data-rate-limit]');
const meter = section?.querySelector('meter');
const left = section?.querySelector('[data-rate-limit-left]');
const refill = section?.querySelector('[data-rate-limit-refill]');
const numbers = new Intl.NumberFormat(document.documentElement.lang);

/** The time at which more requests become available. It has passed if no request counts at the moment. */
let refillMs = 0;

/** @param {number} seconds */
function refillIn(seconds) {
  refillMs = performance.now() + seconds * 1_000;
  showRefill();
}

function showRefill() {
  if (!(refill instanceof HTMLElement)) return;
  const seconds = Math.ceil((refillMs - performance.now()) / 1_000);
  refill.textContent =
    seconds > 0 ? (refill.dataset['text'] ?? '').replace('{{time}}', formatWait(seconds)) : '';
}

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
  const me = /** @type {{ apiKeyRateLimit: { limit: number, remaining: number, resetSeconds: number } }} */ (
    body
  );
  const { limit, remaining, resetSeconds } = me.apiKeyRateLimit;
  meter.max = limit;
  meter.low = limit * 0.2;
  meter.value = remaining;
  left.textContent = (left.dataset['text'] ?? '')
    .replace('{{remaining}}', numbers.format(remaining))
    .replace('{{limit}}', numbers.format(limit));
  refillIn(remaining < limit ? resetSeconds : 0);
}

if (section) setInterval(() => void refresh().catch(() => undefined), INTERVAL_MS);
if (refill instanceof HTMLElement) {
  refillIn(Number(refill.dataset['seconds']));
  setInterval(showRefill, 1_000);
}

export {};
