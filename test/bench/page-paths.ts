// Turns the routes of pages into requests: ids for the parameters, and filters, searches and later pages for lists.
import { cursorAt, email, FULL_OF_KEYS, KEYS, userId } from './old-service.js';
import { BUSIEST_KEY } from './old-usage.js';
import { combinations, field } from './query-strings.js';

const LATER = ['', `&cursor=${cursorAt(KEYS / 2)}`, `&cursor=${cursorAt(KEYS / 50)}`];
const NAMES = ['', ...field('search', ['zzzz', 'key', 'key 99', 'device', 'chm_0', 'chm_012345'])];
const ADDRESSES = field('search', ['person-1', email(FULL_OF_KEYS)]);
const STATUSES = ['', ...field('status', ['active', 'expired', 'revoked'])];
const UNUSED = ['', ...field('unusedForDays', [30, 400])];
const OWNER = field('userId', [userId(FULL_OF_KEYS)]);

/** Queries of the lists that people can type in. Others are found as links in the pages. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  '/api-keys': combinations(STATUSES, NAMES, LATER),
  '/admin/api-keys': [
    ...combinations(STATUSES, [...NAMES, ...ADDRESSES], UNUSED, LATER.slice(0, 2)),
    ...combinations(OWNER, STATUSES, NAMES, LATER),
  ],
  '/admin/api-keys/revoke': combinations(
    ['&selection=filter'],
    ['', ...OWNER],
    STATUSES,
    [...NAMES.slice(0, 4), ...ADDRESSES],
    UNUSED.slice(0, 2),
  ),
  '/admin/users': combinations(
    ['', ...field('role', ['standard', 'premium', 'admin'])],
    ['', ...field('status', ['active', 'suspended'])],
    ['', ...field('search', ['zzzz', 'person', 'person-12', email(FULL_OF_KEYS)])],
    LATER.slice(0, 2),
  ),
};

/** The paths of a route with every id and query, and the ones a caller needs for their own keys. */
export function pathsOf(route: string, ownKeys: readonly string[]): string[] {
  const queries = QUERIES[route] ?? [''];
  const keys = route.startsWith('/admin') ? [BUSIEST_KEY] : ownKeys;
  return withIds(route, keys).flatMap((path) =>
    queries.map((query) => (query === '' ? path : `${path}?${query.slice(1)}`)),
  );
}

function withIds(route: string, keys: readonly string[]): string[] {
  const [, of] = /\/([^/]+)\/:/.exec(route) ?? [];
  if (of === undefined) return [route];
  // The routes of a single session only redirect, whatever its id is.
  const ids = { 'api-keys': keys, users: [userId(FULL_OF_KEYS)], sessions: ['any'] }[of];
  if (!ids) throw new Error(`${route}: this benchmark knows no id of ${of}.`);
  return ids.map((id) => route.replace(/:\w+/, id));
}

/** The links of a page that lead to the same list, with other filters or to other entries. */
export function listLinksOf(html: string, path: string): string[] {
  const [list = ''] = path.split('?');
  const links = [...html.matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, href]) =>
    href!.replaceAll('&amp;', '&'),
  );
  return links.filter((href) => href.startsWith(`${list}?`));
}
