import { MAX_EXACT_TOTAL, type ApiKey } from '../../api-keys/index.js';
import { Badge } from '../components/badge.js';
import { usePage } from '../rendering/page-context.js';

interface CreatedKeysProps {
  /** The newest keys that were created directly with the key. */
  readonly keys: readonly ApiKey[];
  /** The number of all keys that were created directly with the key, up to 1,001. */
  readonly total: number;
  /** The number of active keys that were created with the key, directly or through other keys. */
  readonly activeDescendants: number;
  /** The path of the list that contains the keys: `/api-keys` or `/admin/api-keys`. */
  readonly list: string;
}

/** Lists the keys that were created with a key. Shows nothing if there are none. */
export function CreatedKeys({ keys, total, activeDescendants, list }: CreatedKeysProps) {
  const { t, link } = usePage();
  if (keys.length === 0 && activeDescendants === 0) return null;
  return (
    <section class="card">
      <h2>{t('keyPage.createdKeys')}</h2>
      {activeDescendants > 0 && <p class="quiet">{t('revoke.made', { count: activeDescendants })}</p>}
      <ul class="links">
        {keys.map((key) => (
          <li key={key.id}>
            <a href={link(`${list}/${key.id}`)}>{key.name}</a> <Badge state={key.status} />
          </li>
        ))}
        <MoreKeys shown={keys.length} total={total} />
      </ul>
    </section>
  );
}

function MoreKeys({ shown, total }: { shown: number; total: number }) {
  const { t } = usePage();
  if (total <= shown) return null;
  return (
    <li class="quiet">
      {total > MAX_EXACT_TOTAL
        ? t('keyPage.moreThan', { count: MAX_EXACT_TOTAL - shown })
        : t('keyPage.more', { count: total - shown })}
    </li>
  );
}
