import { isDisplayPrefix } from '../../../../common/text/api-key-format.js';
import { EXPIRES_SOON_DAYS, UNUSED_AFTER_DAYS, type OwnApiKeyFilter } from '../../../api-keys/index.js';
import { textOf, type FormBody } from '../../forms/form-body.js';
import { withQuery } from '../../rendering/page.js';

/** The parts of a user's keys that the list can show, and the filter of each. The default one comes first. */
export const KEY_VIEWS = {
  current: { isNotRevoked: true },
  active: { status: 'active' },
  neverUsed: { isNeverUsed: true },
  unused: { status: 'active', unusedForDays: UNUSED_AFTER_DAYS },
  expiring: { expiresWithinDays: EXPIRES_SOON_DAYS },
  revoked: { status: 'revoked' },
  all: {},
} as const satisfies Record<string, Partial<OwnApiKeyFilter>>;

export type KeyView = keyof typeof KEY_VIEWS;

export const KEY_VIEW_NAMES = Object.keys(KEY_VIEWS) as KeyView[];

const DEFAULT_VIEW: KeyView = 'current';

/** Returns the chosen view, or the default one. */
export function keyViewOf(query: FormBody): KeyView {
  const name = textOf(query, 'view');
  return Object.hasOwn(KEY_VIEWS, name) ? (name as KeyView) : DEFAULT_VIEW;
}

/** Returns the filter of a view. A search for one certain key also finds it in the default view if it is revoked. */
export function filterOfView(view: KeyView, search: string): Partial<OwnApiKeyFilter> {
  const isForOneKey = view === DEFAULT_VIEW && isDisplayPrefix(search.trim());
  return isForOneKey ? {} : KEY_VIEWS[view];
}

/** The query of a view. The default view needs none. */
export const viewQuery = (view: KeyView): { view: string | null } => ({
  view: view === DEFAULT_VIEW ? null : view,
});

/** Returns the path and query of the list with a view. */
export const pathOfView = (view: KeyView): string => withQuery('/api-keys', viewQuery(view));
