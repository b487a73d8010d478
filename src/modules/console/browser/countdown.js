// This script counts down the time until the user can try again.

import { formatWait } from './wait.js';

for (const timer of document.querySelectorAll('[data-countdown]')) {
  if (!(timer instanceof HTMLElement)) continue;
  const end = performance.now() + Number(timer.dataset['countdown']) * 1_000;
  const show = () => {
    const seconds = Math.ceil((end - performance.now()) / 1_000);
    if (seconds <= 0) clearInterval(interval);
    timer.textContent =
      seconds > 0
        ? (timer.dataset['text'] ?? '').replace('{{time}}', formatWait(seconds))
        : (timer.dataset['done'] ?? '');
  };
  const interval = setInterval(show, 1_000);
}
