import type { Denial } from '../forms/form-result.js';
import { Layout } from '../rendering/layout.js';
import { usePage } from '../rendering/page-context.js';
import { NewPasswordField, PasswordField } from '../components/user-fields.js';
import { DenialNotice } from '../components/notices.js';

interface PasswordPageProps {
  readonly isTemporary: boolean;
  readonly next: string;
  readonly denial?: Denial | null;
}

export function PasswordPage({ isTemporary, next, denial = null }: PasswordPageProps) {
  const { t, link } = usePage();
  return (
    <Layout title={t('account.changePassword')} denial={denial} isNarrow>
      <h1>{t('account.changePassword')}</h1>
      <p class="lead">{isTemporary ? t('account.temporaryLead') : t('account.passwordLead')}</p>
      <DenialNotice denial={denial} />
      <form method="post" action={link('/account/password')} class="card">
        <input type="hidden" name="next" value={next} />
        <PasswordField name="currentPassword" label={t('account.currentPassword')} denial={denial} />
        <NewPasswordField name="newPassword" label={t('account.newPassword')} denial={denial} />
        <button type="submit">{t('account.changePassword')}</button>
      </form>
    </Layout>
  );
}
