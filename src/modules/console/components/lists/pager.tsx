import { PAGE_SIZES, type Paging } from '../../forms/paging.js';
import { usePage } from '../../rendering/page-context.js';
import { withQuery } from '../../rendering/page.js';

interface PagerProps {
  readonly path: string;
  /** The filter and sort order of the list, which all pages keep. */
  readonly query: Readonly<Record<string, string | null | undefined>>;
  readonly paging: Paging;
  readonly nextCursor: string | null;
  /** How many entries the list has in all, for example “more than 1,000 keys”. */
  readonly count?: string | null;
}

/** Links to the previous and the next page of a list, and to other page sizes. */
export function Pager({ path, query, paging, nextCursor, count = null }: PagerProps) {
  const { t, link } = usePage();
  const { previous } = paging;
  const kept = { ...query, limit: paging.limit };
  const href = (position: Readonly<Record<string, string>>) =>
    link(withQuery(path, { ...kept, ...position }));
  const isOnlyPage = paging.isFirst && nextCursor === null;
  if (isOnlyPage && count === null) return null;
  return (
    <nav class="pager" aria-label={t('common.pages')}>
      {count !== null && <span class="count">{count}</span>}
      {!paging.isFirst && <a href={href({})}>{t('common.first')}</a>}
      {previous && (
        <a href={href(previous)} rel="prev">
          {t('common.previous')}
        </a>
      )}
      {nextCursor !== null && (
        <a href={href(paging.next(nextCursor))} rel="next">
          {t('common.next')}
        </a>
      )}
      {!(isOnlyPage && paging.limit === undefined) && <PageSizes path={path} query={query} paging={paging} />}
    </nav>
  );
}

function PageSizes({ path, query, paging }: Pick<PagerProps, 'path' | 'query' | 'paging'>) {
  const { t, link, format } = usePage();
  const [smallest] = PAGE_SIZES;
  const current = paging.limit ?? smallest;
  return (
    <span class="sizes">
      {t('common.pageSize')}{' '}
      {PAGE_SIZES.map((size) => (
        <a
          key={size}
          href={link(withQuery(path, { ...query, limit: size === smallest ? null : size }))}
          aria-current={size === current ? 'true' : undefined}
        >
          {format.number(Number(size))}
        </a>
      ))}
    </span>
  );
}
