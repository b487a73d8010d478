// This script runs on every page. It shows times in the local time zone, adds copy buttons, and shows some pages in
// dialogs. The console also works without JavaScript, but may need more steps.

const language = document.documentElement.lang;
const absolute = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });

/** @type {readonly [Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** @param {Date} at */
function ago(at) {
  const seconds = Math.round((at.getTime() - Date.now()) / 1_000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / size), unit);
}

/** @param {ParentNode} part */
function showTimes(part) {
  for (const time of part.querySelectorAll('time:not([data-utc])')) {
    if (!(time instanceof HTMLTimeElement)) continue;
    const at = new Date(time.dateTime);
    time.title = absolute.format(at);
    time.textContent = 'relative' in time.dataset ? ago(at) : absolute.format(at);
  }
}

/** @param {HTMLButtonElement} button */
async function copyFor(button) {
  const source = document.querySelector(button.dataset['copy'] ?? '');
  if (!source) return;
  const text = source instanceof HTMLInputElement ? source.value : (source.textContent ?? '');
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Browsers offer the clipboard API only on secure pages. On other pages, this uses `execCommand`.
    if (!copySelected(source)) return;
  }
  const label = button.textContent;
  button.textContent = button.dataset['done'] ?? label;
  setTimeout(() => (button.textContent = label), 2_000);
}

/** @param {Element} source */
function copySelected(source) {
  if (source instanceof HTMLInputElement) source.select();
  else getSelection()?.selectAllChildren(source);
  return document.execCommand('copy');
}

function prepareCopying() {
  for (const button of document.querySelectorAll('button[data-copy]')) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener('click', () => void copyFor(button));
  }
}

/**
 * Shows the target page of a form in a dialog, if that page has content for a dialog.
 * @param {HTMLFormElement} form
 */
async function openDialog(form) {
  const response = await fetch(form.action, { headers: { Accept: 'text/html' } });
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const content = page.querySelector('[data-dialog-content]');
  // If there is no content for a dialog, the response is another page, for example the sign-in page.
  if (!response.ok || !content) return location.assign(response.url);
  const dialog = document.createElement('dialog');
  const title = content.querySelector('h1');
  if (title) {
    title.id = 'dialog-title';
    dialog.setAttribute('aria-labelledby', title.id);
  }
  const article = document.createElement('article');
  article.append(content);
  dialog.append(article);
  dialog.addEventListener('click', (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target !== dialog && !target.closest('[data-close]')) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  showTimes(dialog);
  dialog.showModal();
}

function prepareDialogs() {
  let isOpening = false;
  for (const form of document.querySelectorAll('form[data-dialog]')) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (isOpening || document.querySelector('dialog[open]')) return;
      isOpening = true;
      openDialog(form)
        .catch(() => location.assign(form.action))
        .finally(() => (isOpening = false));
    });
  }
}

/** Shows the date field only while “Custom date” is chosen. */
function prepareExpiry() {
  const choices = document.querySelector('[data-expiry]');
  const date = choices?.querySelector('[data-expiry-date]');
  if (!choices || !(date instanceof HTMLElement)) return;
  const input = /** @type {HTMLInputElement} */ (date.querySelector('input'));
  const show = () => {
    const chosen = choices.querySelector('input[name="expiry"]:checked');
    date.hidden = !(chosen instanceof HTMLInputElement && chosen.value === 'date');
    // The browser doesn't submit a disabled field.
    input.disabled = date.hidden;
  };
  choices.addEventListener('change', show);
  show();
}

showTimes(document);
prepareCopying();
prepareDialogs();
prepareExpiry();
