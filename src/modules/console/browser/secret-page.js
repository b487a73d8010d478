// This script runs on pages that show a secret once. It warns users before they leave the page without saving the secret.
// Afterwards, it keeps the browser from submitting the form again. It can also send a test request with a new key.

const secret = document.querySelector('[data-secret]')?.textContent ?? '';
const stored = document.querySelector('[data-stored]');
const box = stored?.querySelector('input[type="checkbox"]');

/** @param {BeforeUnloadEvent} event */
function warn(event) {
  if (!(box instanceof HTMLInputElement && box.checked)) event.preventDefault();
}

addEventListener('beforeunload', warn);

box?.addEventListener('change', () => {
  // A reload, or going back to this page later, now opens the page of the key or user.
  if (stored instanceof HTMLFormElement && box instanceof HTMLInputElement && box.checked)
    history.replaceState(null, '', stored.dataset['page']);
});

stored?.addEventListener('submit', (event) => {
  event.preventDefault();
  // The next page takes the place of this page in the history, so that going back doesn't submit the form again.
  if (stored instanceof HTMLFormElement) location.replace(stored.action);
});

addEventListener('pageshow', ({ persisted }) => {
  // The browser has kept the whole page in memory, with the secret that the user has already saved.
  if (persisted && box instanceof HTMLInputElement && box.checked) location.reload();
});

const SHOWN_HEADERS = ['ratelimit-policy', 'ratelimit', 'retry-after'];

/** @param {Response} response */
async function describe(response) {
  const headers = SHOWN_HEADERS.filter((name) => response.headers.has(name)).map(
    (name) => `${name}: ${response.headers.get(name)}`,
  );
  const text = await response.text();
  let body = text;
  try {
    body = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // The body isn't JSON, for example because a proxy responded. It is shown unchanged.
  }
  return [`HTTP ${response.status}`, ...headers, '', body].join('\n');
}

const test = document.querySelector('[data-test-call]');
const button = test?.querySelector('button');
const output = test?.querySelector('pre');

async function call() {
  if (!button || !output) return;
  button.disabled = true;
  button.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch('/api/v1/ping', {
      method: 'POST',
      headers: { 'X-API-Key': secret, 'Content-Type': 'application/json' },
      body: JSON.stringify({ hello: 'world' }),
    });
    output.textContent = await describe(response);
  } catch (error) {
    output.textContent = (button.dataset['failed'] ?? '%s').replace('%s', String(error));
  } finally {
    output.hidden = false;
    button.disabled = false;
    button.removeAttribute('aria-busy');
  }
}

if (test instanceof HTMLElement) test.hidden = false;
button?.addEventListener('click', () => void call());

export {};
