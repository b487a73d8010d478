import { usePage } from '../rendering/page-context.js';
import { withQuery } from '../rendering/page.js';

interface PagerProps {
  readonly path: string;
  readonly filter: Readonly<Record<string, string>>;
  readonly isFirstPage: boolean;
  readonly nextCursor: string | null;
}

/** Links to the first and the next page of a list. */
export function Pager({ path, filter, isFirstPage, nextCursor }: PagerProps) {
  const { t, link } = usePage();
  if (isFirstPage && nextCursor === null) return null;
  return (
    <nav class="pager" aria-label={t('common.pages')}>
      {!isFirstPage && <a href={link(withQuery(path, filter))}>{t('common.first')}</a>}
      {nextCursor !== null && (
        <a href={link(withQuery(path, { ...filter, cursor: nextCursor }))} rel="next">
          {t('common.next')}
        </a>
      )}
    </nav>
  );
}
