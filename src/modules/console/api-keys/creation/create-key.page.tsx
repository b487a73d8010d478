import { API_KEY_QUOTA_REACHED, IDEMPOTENCY_KEY_REUSED } from '../../../api-keys/index.js';
import type { Denial } from '../../forms/form-result.js';
import { Layout } from '../../rendering/layout.js';
import { usePage } from '../../rendering/page-context.js';
import { DenialNotice } from '../../components/notices.js';
import { pathOfView } from '../list/key-views.js';
import { DescriptionField, KeyNameField } from '../key-fields.js';
import { ExpiryFields } from './expiry-fields.js';
import type { ExpiryChoice } from './expiry.js';

export interface CreateKeyValues extends ExpiryChoice {
  readonly name: string;
  readonly description: string;
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
    <Layout title={t('createKey.title')} scripts={['create-key.js']} denial={denial} isNarrow>
      <h1>{t('createKey.title')}</h1>
      <DenialNotice denial={denial} params={{ limit: format.number(maxActiveKeys) }} />
      <NextStep denial={denial} />
      <form method="post" action={link('/api-keys/create')} class="card">
        <input type="hidden" name="form" value={formId} />
        <KeyNameField hint={t('createKey.nameHint')} value={values.name} autofocus denial={denial} />
        <DescriptionField value={values.description} denial={denial} />
        <ExpiryFields values={values} denial={denial} />
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
