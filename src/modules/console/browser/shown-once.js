// A page that shows a secret once: nobody leaves it by accident, and with a key a test call is one click away.

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

const SHOWN_FIELDS = ['ratelimit-policy', 'ratelimit', 'retry-after'];

/** @param {Response} response */
async function describe(response) {
  const fields = SHOWN_FIELDS.filter((name) => response.headers.has(name)).map(
    (name) => `${name}: ${response.headers.get(name)}`,
  );
  const text = await response.text();
  let body = text;
  try {
    body = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Something in between answered in its own words; they are shown as they are.
  }
  return [`HTTP ${response.status}`, ...fields, '', body].join('\n');
}

const test = document.querySelector('[data-test-call]');
const button = test?.querySelector('button');
const answer = test?.querySelector('pre');

async function call() {
  if (!button || !answer) return;
  button.disabled = true;
  button.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch('/api/v1/ping', {
      method: 'POST',
      headers: { 'X-API-Key': secret, 'Content-Type': 'application/json' },
      body: JSON.stringify({ hello: 'world' }),
    });
    answer.textContent = await describe(response);
  } catch (error) {
    answer.textContent = (button.dataset['failed'] ?? '%s').replace('%s', String(error));
  } finally {
    answer.hidden = false;
    button.disabled = false;
    button.removeAttribute('aria-busy');
  }
}

if (test instanceof HTMLElement) test.hidden = false;
button?.addEventListener('click', () => void call());

export {};
