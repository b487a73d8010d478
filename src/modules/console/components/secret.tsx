import { usePage } from '../rendering/page-context.js';

interface SecretProps {
  readonly id: string;
  /** The title. It says what the secret is for. */
  readonly title: string;
  /** The notice. It says that the secret is shown only once. */
  readonly notice: string;
  readonly label: string;
  /** The label of the checkbox with which the user confirms that they saved the secret. */
  readonly storedLabel: string;
  readonly value: string;
  /** The page that opens after the user has saved the secret. */
  readonly next: string;
  /** The page of the key or user. After the user has saved the secret, a reload opens this page. */
  readonly page: string;
}

/** Shows a secret once. secret-page.js warns users who leave the page without saving the secret. */
export function Secret({ id, title, notice, label, storedLabel, value, next, page }: SecretProps) {
  const { t, link } = usePage();
  return (
    <section class="card secret">
      <h2>{title}</h2>
      <p role="status">
        <strong>{notice}</strong>
      </p>
      <div class="field">
        <p id={`${id}-label`} class="label">
          {label}
        </p>
        <div class="copyable">
          <div role="group" aria-labelledby={`${id}-label`}>
            <code id={id} translate={false} data-secret>
              {value}
            </code>
          </div>
          <button
            type="button"
            class="secondary"
            data-copy={`#${id}`}
            data-done={t('common.copied')}
            aria-label={t('common.copyThing', { thing: label })}
            hidden
          >
            {t('common.copy')}
          </button>
        </div>
      </div>
      <form method="get" action={link(next)} data-stored data-page={link(page)}>
        <label>
          <input type="checkbox" required />
          {storedLabel}
        </label>
        <button type="submit">{t('created.done')}</button>
      </form>
    </section>
  );
}
