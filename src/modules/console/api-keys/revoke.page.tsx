import type { ApiKey } from '../../api-keys/index.js';
import type { Refusal } from '../page/forms.js';
import { Layout } from '../page/layout.js';
import { usePage } from '../page/page-context.js';
import { Badge, Field, RefusalNotice, Time } from '../page/parts.js';

interface RevokePageProps {
  readonly apiKey: ApiKey;
  /** The list that it is done from: `/api-keys`, or the admin's. */
  readonly back: string;
  readonly reason?: string;
  readonly refusal?: Refusal | null;
}

/** Asks once more, as nothing brings a revoked key back. The script shows its form in a dialog. */
export function RevokePage({ apiKey, back, reason = '', refusal = null }: RevokePageProps) {
  const { t, link } = usePage();
  const title = t('revoke.title', { name: apiKey.name });
  return (
    <Layout title={title} isNarrow>
      <div data-dialog-content>
        <h1>{title}</h1>
        <RefusalNotice refusal={refusal} />
        {apiKey.status === 'revoked' ? (
          <p>{t('keys.alreadyRevoked')}</p>
        ) : (
          <form method="post" action={link(`${back}/${apiKey.id}/revoke`)} class="card">
            <p>
              <code>{apiKey.prefix}</code> <Badge state={apiKey.status} />
            </p>
            <p>
              <strong>{t('revoke.forGood')}</strong>
            </p>
            <LastUseSentence apiKey={apiKey} />
            <Field
              name="reason"
              label={t('revoke.reason')}
              hint={t('revoke.reasonHint')}
              isOptional
              value={reason}
              maxLength={200}
              autocomplete="off"
              refusal={refusal}
            />
            <div class="buttons">
              <a href={link(back)} data-close>
                {t('common.cancel')}
              </a>
              <button class="danger">{t('revoke.submit')}</button>
            </div>
          </form>
        )}
      </div>
    </Layout>
  );
}

/** The moment stands inside a sentence, whose order differs between languages. */
function LastUseSentence({ apiKey: { lastUsedAt, lastUsedFrom } }: Pick<RevokePageProps, 'apiKey'>) {
  const { t } = usePage();
  if (!lastUsedAt) return <p>{t('revoke.neverUsed')}</p>;
  const [before, after] = t('revoke.lastUsed', { time: '\n', address: lastUsedFrom ?? '' }).split('\n');
  return (
    <p>
      {before}
      <Time at={lastUsedAt} />
      {after}
    </p>
  );
}
