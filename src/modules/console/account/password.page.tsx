import type { RateLimitState } from '../../../common/access/index.js';
import type { Denial } from '../forms/form-result.js';
import { Layout } from '../rendering/layout.js';
import { usePage } from '../rendering/page-context.js';
import { AttemptsLeft } from '../components/attempts-left.js';
import {
  NewPasswordField,
  PasswordField,
  UsernameForPasswordManagers,
} from '../components/fields/user-fields.js';
import { DenialNotice } from '../components/notices.js';

export interface PasswordPageProps {
  readonly email: string;
  readonly isTemporary: boolean;
  /** Whether the user must enter the current password. */
  readonly needsCurrent: boolean;
  readonly next: string;
  readonly denial?: Denial | null;
  /** How many more passwords the user may try, or `null` if the current password wasn't wrong. */
  readonly attemptsLeft?: RateLimitState | null;
}

export function PasswordPage(props: PasswordPageProps) {
  const { email, isTemporary, needsCurrent, next, denial = null, attemptsLeft = null } = props;
  const { t, link } = usePage();
  return (
    <Layout title={t('account.changePassword')} scripts={['password-field.js']} denial={denial} isNarrow>
      <h1>{t('account.changePassword')}</h1>
      <p class="lead">
        {isTemporary ? t('account.temporaryLead') : t('account.passwordLead')}
        {isTemporary && needsCurrent && <> {t('account.temporaryAgain')}</>}
      </p>
      <DenialNotice denial={denial}>
        <AttemptsLeft state={attemptsLeft} />
      </DenialNotice>
      <form method="post" action={link('/account/password')} class="card">
        <input type="hidden" name="next" value={next} />
        <UsernameForPasswordManagers email={email} />
        {needsCurrent && (
          <PasswordField
            name="currentPassword"
            label={isTemporary ? t('account.temporaryPassword') : t('account.currentPassword')}
            autofocus
            denial={denial}
          />
        )}
        <NewPasswordField
          name="newPassword"
          label={t('account.newPassword')}
          autofocus={!needsCurrent}
          denial={denial}
        />
        <button type="submit">{t('account.changePassword')}</button>
      </form>
    </Layout>
  );
}
