import type { ApiKey } from '../../api-keys/index.js';
import { Badge } from '../components/badge.js';
import { LinkButton } from '../components/link-button.js';
import { usePage } from '../rendering/page-context.js';
import { withQuery } from '../rendering/page.js';

interface KeyHeadingProps {
  readonly apiKey: ApiKey;
  /** The number of active keys created with this key, directly or through other keys. */
  readonly activeDescendants: number;
  /** The path of the list that contains the key: `/api-keys` or `/admin/api-keys`. */
  readonly list: string;
  /** The title of that list. */
  readonly listTitle: string;
}

/** The head of a key's page: a link to the list, the name and status, and the actions. */
export function KeyHeading(props: KeyHeadingProps) {
  const { apiKey, list, listTitle } = props;
  const { link } = usePage();
  return (
    <>
      <p class="back">
        <a href={link(list)}>← {listTitle}</a>
      </p>
      <div class="head">
        <h1>
          {apiKey.name} <Badge state={apiKey.status} />
        </h1>
        <Actions {...props} />
      </div>
    </>
  );
}

/** The actions that are possible in the key's state. */
function Actions({ apiKey, activeDescendants, list }: KeyHeadingProps) {
  const { t, path } = usePage();
  const isRevoked = apiKey.status === 'revoked';
  if (isRevoked && activeDescendants === 0) return null;
  return (
    <div class="actions">
      <LinkButton to={withQuery(`${list}/${apiKey.id}/revoke`, { next: path })} class="danger" isDialog>
        {t(isRevoked ? 'keyPage.revokeMade' : 'keys.revoke')}
      </LinkButton>
    </div>
  );
}
