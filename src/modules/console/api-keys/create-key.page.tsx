import { API_KEY_QUOTA_REACHED, IDEMPOTENCY_KEY_REUSED } from '../../api-keys/index.js';
import type { Refusal } from '../page/forms.js';
import { Layout } from '../page/layout.js';
import { usePage } from '../page/page-context.js';
import { Field, FieldNotes, RefusalNotice, shownAgain } from '../page/parts.js';
import { EXPIRY_DAYS, type ExpiryChoice } from './expiry.js';

export interface CreateKeyValues extends ExpiryChoice {
  readonly name: string;
}

interface CreateKeyPageProps {
  /** The same form never creates a second key. */
  readonly formId: string;
  readonly values: CreateKeyValues;
  readonly refusal: Refusal | null;
}

export function CreateKeyPage({ formId, values, refusal }: CreateKeyPageProps) {
  const { t, link } = usePage();
  return (
    <Layout title={t('createKey.title')} isNarrow>
      <h1>{t('createKey.title')}</h1>
      <RefusalNotice refusal={refusal} />
      <WayOut refusal={refusal} />
      <form method="post" action={link('/api-keys/create')} class="card">
        <input type="hidden" name="form" value={formId} />
        <Field
          name="name"
          label={t('common.name')}
          hint={t('createKey.nameHint')}
          value={values.name}
          maxLength={100}
          autocomplete="off"
          autofocus
          required
          refusal={refusal}
        />
        <Expiry values={values} refusal={refusal} />
        <div class="buttons">
          <a href={link('/api-keys')}>{t('common.cancel')}</a>
          <button>{t('createKey.submit')}</button>
        </div>
      </form>
    </Layout>
  );
}

/** Where to go when sending the form again cannot help. */
function WayOut({ refusal }: Pick<CreateKeyPageProps, 'refusal'>) {
  const { t, link } = usePage();
  if (!refusal) return null;
  if (API_KEY_QUOTA_REACHED.isKindOf(refusal.error))
    return (
      <p>
        <a href={link('/api-keys?status=active')}>{t('keys.title')}</a>
      </p>
    );
  if (IDEMPOTENCY_KEY_REUSED.isKindOf(refusal.error))
    return (
      <p>
        <a href={link('/api-keys/create')}>{t('createKey.again')}</a>
      </p>
    );
  return null;
}

function Expiry({ values, refusal }: Pick<CreateKeyPageProps, 'values' | 'refusal'>) {
  const { t } = usePage();
  const choices = [
    ['never', t('createKey.never')],
    ...EXPIRY_DAYS.map((days) => [String(days), t('createKey.days', { count: days })] as const),
    ['date', t('createKey.onDate')],
  ] as const;
  const error = refusal?.fieldError('expiresAt') ?? null;
  const isKnown = choices.some(([choice]) => choice === values.expiry);
  return (
    <fieldset class="field" data-expiry>
      <legend>{t('createKey.expiry')}</legend>
      {choices.map(([choice, text]) => (
        <label key={choice}>
          <input
            type="radio"
            name="expiry"
            value={choice}
            checked={choice === (isKnown ? values.expiry : 'never')}
          />
          {text}
        </label>
      ))}
      <div data-expiry-date>
        <label for="date">{t('createKey.date')}</label>
        <input
          id="date"
          name="date"
          type="date"
          value={shownAgain(values.date)}
          aria-invalid={error === null ? undefined : 'true'}
          aria-describedby={error === null ? 'date-hint' : 'date-hint date-error'}
        />
        <FieldNotes name="date" hint={t('createKey.dateHint')} error={error} />
      </div>
    </fieldset>
  );
}
