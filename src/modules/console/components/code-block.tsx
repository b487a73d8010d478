import { usePage } from '../rendering/page-context.js';

interface CodeBlockProps {
  readonly id: string;
  readonly code: string;
  /** The accessible name of the copy button. A page can have several of them. */
  readonly copyLabel: string;
}

/** Shows code that the user can copy. The copy button is hidden until console.js has loaded. */
export function CodeBlock({ id, code, copyLabel }: CodeBlockProps) {
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
        aria-label={copyLabel}
        hidden
      >
        {t('common.copy')}
      </button>
    </div>
  );
}
