// This script runs on pages that show a secret once. It warns users before they leave the page, and can send a test
// request with a new key.

const field = document.querySelector('[data-secret]');
const secret = field instanceof HTMLInputElement ? field.value : '';
const stored = document.querySelector('[data-stored]');
const box = stored?.querySelector('input[type="checkbox"]');

/** @param {BeforeUnloadEvent} event */
function warn(event) {
  if (!(box instanceof HTMLInputElement && box.checked)) event.preventDefault();
}

addEventListener('beforeunload', warn);
if (field instanceof HTMLInputElement) field.addEventListener('focus', () => field.select());

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
