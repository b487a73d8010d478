import type { ApiKey, ParentKey } from '../../api-keys/index.js';
import type { User } from '../../users/index.js';
import { OptionalTime, SentenceWithTime, Time, TIME_PLACEHOLDER } from '../components/time.js';
import { usePage } from '../rendering/page-context.js';
import { NameAndEmail } from '../components/name-and-email.js';

interface KeyDetailsProps {
  readonly apiKey: ApiKey;
  /** The key that created this key, if it still exists. */
  readonly parent: ParentKey | null;
  /** Who created the key, if no key did. */
  readonly creator: string;
  /** The path of the list that contains the key: `/api-keys` or `/admin/api-keys`. */
  readonly list: string;
  /** The owner, unless it is the user who views the page. */
  readonly owner?: User;
}

/** Shows everything about a key except its name, status and usage. */
export function KeyDetails(props: KeyDetailsProps) {
  const { apiKey, owner } = props;
  const { t } = usePage();
  return (
    <dl class="facts">
      <dt>{t('keys.key')}</dt>
      <dd>
        <code>{apiKey.prefix}</code>
      </dd>
      {owner && (
        <>
          <dt>{t('allKeys.owner')}</dt>
          <dd>
            <NameAndEmail to={`/admin/users/${owner.id}`} name={owner.name} email={owner.email} />
          </dd>
        </>
      )}
      {apiKey.description !== null && (
        <>
          <dt>{t('keyPage.description')}</dt>
          <dd class="lines">{apiKey.description}</dd>
        </>
      )}
      <dt>{t('common.created')}</dt>
      <dd>
        <Time at={apiKey.createdAt} />
      </dd>
      <dt>{t('keyPage.createdBy')}</dt>
      <dd>
        <Creator {...props} />
      </dd>
      <dt>{t('keys.lastUsed')}</dt>
      <dd>
        <LastUsed apiKey={apiKey} />
      </dd>
      <dt>{t('keys.expires')}</dt>
      <dd>{apiKey.expiresAt ? <Time at={apiKey.expiresAt} isEnd /> : t('createKey.never')}</dd>
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

function Creator({ apiKey, parent, creator, list }: KeyDetailsProps) {
  const { t, link } = usePage();
  if (apiKey.createdByKeyId === null) return <>{creator}</>;
  if (!parent) return <>{t('keyPage.byKey', { id: apiKey.createdByKeyId })}</>;
  return <a href={link(`${list}/${parent.id}`)}>{t('keyPage.byNamedKey', { name: parent.name })}</a>;
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
