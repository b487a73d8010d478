import { usePage } from './page-context.js';

interface SecretProps {
  readonly id: string;
  /** Whose or what it is. */
  readonly title: string;
  /** That it is shown only now. */
  readonly notice: string;
  readonly label: string;
  readonly value: string;
  /** Where to go on, once it is stored. */
  readonly next: string;
}

/** A secret that is shown once. The page's script keeps people from leaving it behind by accident. */
export function Secret({ id, title, notice, label, value, next }: SecretProps) {
  const { t, link } = usePage();
  return (
    <section class="card secret">
      <h2>{title}</h2>
      <p role="status">
        <strong>{notice}</strong>
      </p>
      <div class="field">
        <label for={id}>{label}</label>
        <div class="copyable">
          <input
            id={id}
            type="text"
            value={value}
            data-secret
            readOnly
            spellcheck={false}
            autocomplete="off"
          />
          <button type="button" class="secondary" data-copy={`#${id}`} data-done={t('common.copied')} hidden>
            {t('common.copy')}
          </button>
        </div>
      </div>
      <form method="get" action={link(next)} data-stored>
        <label>
          <input type="checkbox" required />
          {t('created.stored')}
        </label>
        <button>{t('created.done')}</button>
      </form>
    </section>
  );
}
