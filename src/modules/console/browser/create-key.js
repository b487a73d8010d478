// This script runs on the page with the form for a new key. It tells the server the time zone, and shows the exact moment
// until which the key will work.

const fields = document.querySelector('[data-expiry]');
const timeZone = fields?.querySelector('[name="timeZone"]');
const date = fields?.querySelector('[name="date"]');
const output = fields?.querySelector('[data-moment]');
const explanation = output?.textContent ?? '';
const moments = new Intl.DateTimeFormat(document.documentElement.lang, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/**
 * Returns the last moment of a day, or `null` if the text isn't a date. If clocks skip midnight, the next day begins later.
 * @param {string} day
 */
function lastMomentOf(day) {
  const [year = NaN, month = NaN, number = NaN] = day.split('-').map(Number);
  const end = new Date(year, month - 1, number + 1).getTime() - 1;
  return Number.isNaN(end) ? null : new Date(end);
}

function show() {
  const choice = fields?.querySelector('[name="expiry"]:checked');
  if (!(choice instanceof HTMLInputElement && date instanceof HTMLInputElement)) return;
  if (!(output instanceof HTMLElement)) return;
  const isCustom = choice.value === 'date';
  // The browser doesn't submit a disabled field.
  date.disabled = !isCustom;
  const moment = lastMomentOf(isCustom ? date.value : (choice.dataset['lastDay'] ?? ''));
  const { moment: text = '', never = '' } = output.dataset;
  if (choice.value === 'never') output.textContent = never;
  else output.textContent = moment ? text.replace('{{time}}', moments.format(moment)) : explanation;
}

if (timeZone instanceof HTMLInputElement) timeZone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
fields?.addEventListener('input', show);
// When the user returns to the page, browsers restore the choice after the scripts have run.
addEventListener('pageshow', show);
show();

export {};
