import { usePage } from '../rendering/page-context.js';

/** Shows code that the user can copy. The copy button is hidden until console.js has loaded. */
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
