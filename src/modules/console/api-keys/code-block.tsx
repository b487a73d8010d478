import { usePage } from '../page/page-context.js';

/** Code to be pasted elsewhere; the page's script shows its button. */
export function CodeBlock({ id, code }: { id: string; code: string }) {
  const { t } = usePage();
  return (
    <div class="code">
      <pre tabIndex={0}>
        <code id={id}>{code}</code>
      </pre>
      <button
        type="button"
        class="secondary small"
        data-copy={`#${id}`}
        data-done={t('common.copied')}
        hidden
      >
        {t('common.copy')}
      </button>
    </div>
  );
}
