// This script runs on every page. It tells the server the time zone, adds copy buttons, submits filters, and shows some
// pages in dialogs. The console also works without JavaScript, but may need more steps.

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Stores the time zone in a cookie, so that the server shows times in the time zone of the next pages. */
function rememberTimeZone() {
  const cookie = `chameleon_time_zone=${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
  if (document.cookie.split('; ').includes(cookie)) return;
  document.cookie = `${cookie}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

/**
 * Has screen readers say a short message.
 * @param {string} message
 */
function announce(message) {
  const region = document.querySelector('[data-announcements]');
  if (region) region.textContent = message;
}

/** @param {HTMLButtonElement} button */
async function copyFor(button) {
  const { copyText, copy = '' } = button.dataset;
  const source = copyText === undefined ? document.querySelector(copy) : button.previousElementSibling;
  if (!source) return;
  const text = copyText ?? source.textContent ?? '';
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Browsers offer the clipboard API only on secure pages. On other pages, this uses `execCommand`.
    getSelection()?.selectAllChildren(source);
    if (!document.execCommand('copy')) return;
  }
  const label = button.textContent;
  button.textContent = button.dataset['done'] ?? label;
  announce(button.textContent);
  setTimeout(() => {
    button.textContent = label;
    announce('');
  }, 2_000);
}

function prepareCopying() {
  for (const button of document.querySelectorAll('button:is([data-copy], [data-copy-text])')) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener('click', () => void copyFor(button));
  }
}

/**
 * Shows the target page of a link in a dialog, if that page has content for a dialog.
 * @param {HTMLAnchorElement} link
 */
async function openDialog(link) {
  const response = await fetch(link.href, { headers: { Accept: 'text/html' } });
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const content = page.querySelector('[data-dialog-content]');
  // If there is no content for a dialog, the response is another page, for example the sign-in page.
  if (!response.ok || !content) return location.assign(response.url);
  const dialog = document.createElement('dialog');
  const title = content.querySelector('h1');
  if (title) {
    // The page behind the dialog has its own h1.
    const heading = document.createElement('h2');
    heading.append(...title.childNodes);
    heading.id = 'dialog-title';
    title.replaceWith(heading);
    dialog.setAttribute('aria-labelledby', heading.id);
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
  dialog.showModal();
}

function prepareDialogs() {
  let isOpening = false;
  document.addEventListener('click', (event) => {
    const link = /** @type {Element} */ (event.target).closest('a[data-dialog]');
    const opensElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!(link instanceof HTMLAnchorElement) || opensElsewhere) return;
    event.preventDefault();
    if (isOpening || document.querySelector('dialog[open]')) return;
    isOpening = true;
    openDialog(link)
      .catch(() => location.assign(link.href))
      .finally(() => (isOpening = false));
  });
}

/** Matches an API key like the server. The first group is the part that identifies the key without its secret. */
const KEY = /([a-z][a-z0-9]{1,15}_[0-9A-Za-z]{12})_[0-9A-Za-z]{36}/g;

/**
 * Submits a filter form when the user changes a choice. Leaves empty fields out of the URL, and also the secret of a key
 * that the user searches for.
 */
function prepareFilters() {
  for (const form of document.querySelectorAll('form[data-filter]')) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.addEventListener('change', (event) => {
      // A search field is submitted with Enter or the button.
      if (!(event.target instanceof HTMLInputElement && event.target.type === 'search')) form.requestSubmit();
    });
    form.addEventListener('formdata', ({ formData }) => {
      for (const [name, value] of [...formData]) {
        if (value === '') formData.delete(name);
        else if (typeof value === 'string') formData.set(name, value.replace(KEY, '$1'));
      }
    });
  }
}

rememberTimeZone();
prepareCopying();
prepareDialogs();
prepareFilters();
