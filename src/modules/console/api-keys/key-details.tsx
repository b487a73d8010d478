import type { ComponentChildren } from 'preact';
import type { ApiKey } from '../../api-keys/index.js';
import { OptionalTime, SentenceWithTime, Time, TIME_PLACEHOLDER } from '../components/time.js';
import { usePage } from '../rendering/page-context.js';

interface KeyDetailsProps {
  readonly apiKey: ApiKey;
  /** Who or what created the key. */
  readonly createdBy: ComponentChildren;
}

/** Shows everything about a key except its name, status and usage. */
export function KeyDetails({ apiKey, createdBy }: KeyDetailsProps) {
  const { t } = usePage();
  return (
    <dl class="facts">
      <dt>{t('keys.key')}</dt>
      <dd>
        <code>{apiKey.prefix}</code>
      </dd>
      <dt>{t('common.created')}</dt>
      <dd>
        <Time at={apiKey.createdAt} />
      </dd>
      <dt>{t('keyPage.createdBy')}</dt>
      <dd>{createdBy}</dd>
      <dt>{t('keys.lastUsed')}</dt>
      <dd>
        <LastUsed apiKey={apiKey} />
      </dd>
      <dt>{t('keys.expires')}</dt>
      <dd>{apiKey.expiresAt ? <Time at={apiKey.expiresAt} /> : t('createKey.never')}</dd>
      {apiKey.revokedAt && (
        <>
          <dt>{t('keyPage.revokedAt')}</dt>
          <dd>
            <Time at={apiKey.revokedAt} />
          </dd>
          <dt>{t('keyPage.reason')}</dt>
          <dd class="long">{apiKey.revokedReason ?? t('common.none')}</dd>
        </>
      )}
    </dl>
  );
}

function LastUsed({ apiKey: { lastUsedAt, lastUsedFrom } }: Pick<KeyDetailsProps, 'apiKey'>) {
  const { t } = usePage();
  if (!lastUsedAt || !lastUsedFrom) return <OptionalTime at={lastUsedAt} otherwise={t('keys.neverUsed')} />;
  return (
    <SentenceWithTime
      text={t('keys.usedFrom', { time: TIME_PLACEHOLDER, address: lastUsedFrom })}
      at={lastUsedAt}
      isRelative
    />
  );
}
