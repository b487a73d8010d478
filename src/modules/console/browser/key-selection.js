// This script runs on the list of all keys. It counts the selected keys, and selects all keys on the page at once.

const form = /** @type {HTMLFormElement} */ (document.getElementById('selected'));
const all = /** @type {HTMLInputElement} */ (form.querySelector('[data-select-all]'));
const count = /** @type {HTMLElement} */ (form.querySelector('[data-texts]'));
const submit = /** @type {HTMLButtonElement} */ (form.querySelector('[data-needs-selection]'));
/** @type {unknown} */
const parsed = JSON.parse(count.dataset['texts'] ?? '[]');
/** The texts for 0, 1, 2, … selected keys. */
const texts = /** @type {string[]} */ (parsed);
const boxes = [
  .../** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('input[name="ids"]')),
];
// The box of a revoked key is disabled.
const selectable = boxes.filter((box) => !box.disabled);

function update() {
  const selected = selectable.filter((box) => box.checked).length;
  const text = texts[selected] ?? '';
  // Screen readers say the text again if it is replaced by the same one.
  if (count.textContent !== text) count.textContent = text;
  submit.disabled = selected === 0;
  all.disabled = selectable.length === 0;
  all.checked = selected > 0 && selected === selectable.length;
  all.indeterminate = selected > 0 && selected < selectable.length;
}

all.addEventListener('change', () => {
  for (const box of selectable) box.checked = all.checked;
  update();
});
for (const box of selectable) box.addEventListener('change', update);
// When the user returns to the page, browsers restore the selection.
addEventListener('pageshow', update);
update();

export {};
