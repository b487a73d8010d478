import type { ApiKey } from '../../api-keys/index.js';
import { textOf, type FormBody, type Refusal } from '../page/forms.js';
import { Layout } from '../page/layout.js';
import { usePage } from '../page/page-context.js';
import { Badge, Field, RefusalNotice, Time } from '../page/parts.js';

interface RevokePageProps {
  readonly apiKey: ApiKey;
  /** How many active keys were created with it, over all generations. */
  readonly activeDescendants: number;
  /** The list that it is done from: `/api-keys`, or the admin's. */
  readonly back: string;
  /** As it was filled in last. */
  readonly form: FormBody;
  readonly refusal: Refusal | null;
}

/** Asks once more, as nothing brings a revoked key back. The script shows its form in a dialog. */
export function RevokePage(props: RevokePageProps) {
  const { apiKey, activeDescendants, refusal } = props;
  const { t } = usePage();
  const title = t('revoke.title', { name: apiKey.name });
  const isOver = apiKey.status === 'revoked' && activeDescendants === 0;
  return (
    <Layout title={title} isNarrow>
      <div data-dialog-content>
        <h1>{title}</h1>
        <RefusalNotice refusal={refusal} />
        {isOver ? <p>{t('keys.alreadyRevoked')}</p> : <RevokeForm {...props} />}
      </div>
    </Layout>
  );
}

/** For a key, or for what is left of the keys that it created. */
function RevokeForm({ apiKey, activeDescendants, back, form, refusal }: RevokePageProps) {
  const { t, link } = usePage();
  const isRevoked = apiKey.status === 'revoked';
  return (
    <form method="post" action={link(`${back}/${apiKey.id}/revoke`)} class="card">
      <p>
        <code>{apiKey.prefix}</code> <Badge state={apiKey.status} />
      </p>
      <p>
        <strong>{t(isRevoked ? 'keys.alreadyRevoked' : 'revoke.forGood')}</strong>
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
      <Field
        name="reason"
        label={t('revoke.reason')}
        hint={t('revoke.reasonHint')}
        isOptional
        value={textOf(form, 'reason')}
        maxLength={200}
        autocomplete="off"
        refusal={refusal}
      />
      <div class="buttons">
        <a href={link(back)} data-close>
          {t('common.cancel')}
        </a>
        <button class="danger">{t(isRevoked ? 'revoke.submitMade' : 'revoke.submit')}</button>
      </div>
    </form>
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
