import { API_KEY_QUOTA_REACHED, IDEMPOTENCY_KEY_REUSED } from '../../../api-keys/index.js';
import type { Denial } from '../../forms/form-result.js';
import { Layout } from '../../rendering/layout.js';
import { usePage } from '../../rendering/page-context.js';
import { FieldNotes, valueWithoutKeys } from '../../components/field.js';
import { DenialNotice } from '../../components/notices.js';
import { pathOfView } from '../list/key-views.js';
import { KeyNameField } from '../key-fields.js';
import { EXPIRY_DAYS, type ExpiryChoice } from './expiry.js';

export interface CreateKeyValues extends ExpiryChoice {
  readonly name: string;
}

interface CreateKeyPageProps {
  /** The id of the form. If the form is submitted twice, only one key is created. */
  readonly formId: string;
  readonly values: CreateKeyValues;
  /** The maximum number of active keys per user. */
  readonly maxActiveKeys: number;
  readonly denial: Denial | null;
}

export function CreateKeyPage({ formId, values, maxActiveKeys, denial }: CreateKeyPageProps) {
  const { t, link, format } = usePage();
  return (
    <Layout title={t('createKey.title')} denial={denial} isNarrow>
      <h1>{t('createKey.title')}</h1>
      <DenialNotice denial={denial} params={{ limit: format.number(maxActiveKeys) }} />
      <NextStep denial={denial} />
      <form method="post" action={link('/api-keys/create')} class="card">
        <input type="hidden" name="form" value={formId} />
        <KeyNameField hint={t('createKey.nameHint')} value={values.name} autofocus denial={denial} />
        <Expiry values={values} denial={denial} />
        <div class="buttons">
          <a href={link('/api-keys')}>{t('common.cancel')}</a>
          <button type="submit">{t('createKey.submit')}</button>
        </div>
      </form>
    </Layout>
  );
}

/** Shows a link to the next step after an error that the user can't fix by submitting the form again. */
function NextStep({ denial }: Pick<CreateKeyPageProps, 'denial'>) {
  const { t, link } = usePage();
  if (!denial) return null;
  if (API_KEY_QUOTA_REACHED.isKindOf(denial.error))
    return (
      <p>
        <a href={link(pathOfView('active'))}>{t('keys.title')}</a>
      </p>
    );
  if (IDEMPOTENCY_KEY_REUSED.isKindOf(denial.error))
    return (
      <p>
        <a href={link('/api-keys/create')}>{t('createKey.again')}</a>
      </p>
    );
  return null;
}

function Expiry({ values, denial }: Pick<CreateKeyPageProps, 'values' | 'denial'>) {
  const { t } = usePage();
  const choices = [
    ['never', t('createKey.never')],
    ...EXPIRY_DAYS.map((days) => [String(days), t('createKey.days', { count: days })] as const),
    ['date', t('createKey.onDate')],
  ] as const;
  const error = denial?.errorOf('expiresAt') ?? null;
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
          value={valueWithoutKeys(values.date)}
          aria-invalid={error === null ? undefined : 'true'}
          aria-describedby={error === null ? 'date-hint' : 'date-hint date-error'}
        />
        <FieldNotes name="date" hint={t('createKey.dateHint')} error={error} />
      </div>
    </fieldset>
  );
}
