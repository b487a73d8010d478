// This script adds a button to each password field that shows the password.

for (const button of document.querySelectorAll('button[data-show-password]')) {
  const input = document.getElementById(button.getAttribute('aria-controls') ?? '');
  if (!(button instanceof HTMLButtonElement && input instanceof HTMLInputElement)) continue;

  /** @param {boolean} isShown */
  const show = (isShown) => {
    const { selectionStart, selectionEnd } = input;
    input.type = isShown ? 'text' : 'password';
    // Browsers move the caret when the type changes.
    input.setSelectionRange(selectionStart, selectionEnd);
    button.setAttribute('aria-pressed', String(isShown));
  };

  button.hidden = false;
  // The focus stays in the field when the button is clicked.
  button.addEventListener('mousedown', (event) => event.preventDefault());
  button.addEventListener('click', () => show(input.type === 'password'));
  // Browsers remember the values of text fields, but offer to save passwords.
  input.form?.addEventListener('submit', () => show(false));
}
