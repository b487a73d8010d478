import type { Refusal } from '../page/forms.js';
import { Layout } from '../page/layout.js';
import { usePage } from '../page/page-context.js';
import { Field, RefusalNotice } from '../page/parts.js';

interface PasswordPageProps {
  readonly isTemporary: boolean;
  readonly next: string;
  readonly refusal?: Refusal | null;
}

export function PasswordPage({ isTemporary, next, refusal = null }: PasswordPageProps) {
  const { t, link } = usePage();
  return (
    <Layout title={t('account.changePassword')} isNarrow>
      <h1>{t('account.changePassword')}</h1>
      <p class="lead">{isTemporary ? t('account.temporaryLead') : t('account.passwordLead')}</p>
      <RefusalNotice refusal={refusal} />
      <form method="post" action={link('/account/password')} class="card">
        <input type="hidden" name="next" value={next} />
        <Field
          name="currentPassword"
          label={t('account.currentPassword')}
          type="password"
          autocomplete="current-password"
          required
          refusal={refusal}
        />
        <Field
          name="newPassword"
          label={t('account.newPassword')}
          type="password"
          autocomplete="new-password"
          hint={t('signUp.passwordHint')}
          minLength={12}
          required
          refusal={refusal}
        />
        <button>{t('account.changePassword')}</button>
      </form>
    </Layout>
  );
}
