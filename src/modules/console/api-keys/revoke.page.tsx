import type { ApiKey } from '../../api-keys/index.js';
import { Badge } from '../components/badge.js';
import { DenialNotice } from '../components/notices.js';
import { SentenceWithTime, TIME_PLACEHOLDER } from '../components/time.js';
import { textOf, type FormBody } from '../forms/form-body.js';
import type { Denial } from '../forms/form-result.js';
import { Layout } from '../rendering/layout.js';
import { usePage } from '../rendering/page-context.js';
import { ReasonField } from './key-fields.js';

interface RevokePageProps {
  readonly apiKey: ApiKey;
  /** The number of active keys created with this key, directly or through other keys. */
  readonly activeDescendants: number;
  /** The path of the list that contains the key: `/api-keys` or `/admin/api-keys`. */
  readonly list: string;
  /** The page that opens after the revocation, or if the user cancels. */
  readonly next: string;
  /** The submitted values. */
  readonly form: FormBody;
  readonly denial: Denial | null;
}

/** Asks for confirmation, because a revocation can't be undone. console.js shows the form in a dialog. */
export function RevokePage(props: RevokePageProps) {
  const { apiKey, activeDescendants, denial } = props;
  const { t } = usePage();
  const isDone = apiKey.status === 'revoked' && activeDescendants === 0;
  const title = isDone ? apiKey.name : t('revoke.title', { name: apiKey.name });
  return (
    <Layout title={title} denial={denial} isNarrow>
      <div data-dialog-content>
        <h1>{title}</h1>
        <DenialNotice denial={denial} />
        {isDone ? <p>{t('keys.alreadyRevoked')}</p> : <RevokeForm {...props} />}
      </div>
    </Layout>
  );
}

/** Revokes a key. If the key is already revoked, the form revokes the active keys created with it. */
function RevokeForm({ apiKey, activeDescendants, list, next, form, denial }: RevokePageProps) {
  const { t, link } = usePage();
  const isRevoked = apiKey.status === 'revoked';
  return (
    <form method="post" action={link(`${list}/${apiKey.id}/revoke`)} class="card">
      <input type="hidden" name="next" value={next} />
      <p>
        <code>{apiKey.prefix}</code> <Badge state={apiKey.status} />
      </p>
      <p>
        <strong>{t(isRevoked ? 'keys.alreadyRevoked' : 'revoke.permanent')}</strong>
      </p>
      <LastUseSentence apiKey={apiKey} />
      {activeDescendants > 0 && <p>{t('revoke.made', { count: activeDescendants })}</p>}
      {activeDescendants > 0 && (
        <label>
          <input
            type="checkbox"
            name="cascade"
            value="yes"
            checked={textOf(form, 'cascade') === 'yes'}
            required={isRevoked}
          />
          {t('revoke.cascade')}
        </label>
      )}
      <ReasonField value={textOf(form, 'reason')} denial={denial} />
      <div class="buttons">
        <a href={link(next)} data-close>
          {t('common.cancel')}
        </a>
        <button type="submit" class="danger solid">
          {t(isRevoked ? 'revoke.submitMade' : 'revoke.submit')}
        </button>
      </div>
    </form>
  );
}

function LastUseSentence({ apiKey: { lastUsedAt, lastUsedFrom } }: Pick<RevokePageProps, 'apiKey'>) {
  const { t } = usePage();
  if (!lastUsedAt) return <p>{t('revoke.neverUsed')}</p>;
  return (
    <p>
      <SentenceWithTime
        text={t('revoke.lastUsed', { time: TIME_PLACEHOLDER, address: lastUsedFrom ?? '' })}
        at={lastUsedAt}
      />
    </p>
  );
}
