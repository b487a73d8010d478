import { daysBefore } from '../../../common/duration.js';
import { UNUSED_AFTER_DAYS, type ApiKey } from '../../api-keys/index.js';
import { usePage } from '../rendering/page-context.js';
import { Time } from '../components/time.js';

/** Shows when a key was last used. Marks an active key that hasn't been used for `UNUSED_AFTER_DAYS`. */
export function LastUse({ apiKey }: { apiKey: ApiKey }) {
  const { t, now } = usePage();
  const { lastUsedAt, createdAt, status } = apiKey;
  const isUnused = status === 'active' && (lastUsedAt ?? createdAt) < daysBefore(now, UNUSED_AFTER_DAYS);
  return (
    <>
      {lastUsedAt ? (
        <>
          <span class="narrow-only">{t('keys.lastUsed')} </span>
          <Time at={lastUsedAt} isRelative />
        </>
      ) : (
        <span class="mark">{t('keys.neverUsed')}</span>
      )}
      {isUnused && <span class="mark unused">{t('keys.unused')}</span>}
    </>
  );
}
