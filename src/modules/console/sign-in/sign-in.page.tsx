import { Layout } from '../rendering/layout.js';
import { usePage } from '../rendering/page-context.js';
import type { Denial } from '../forms/form-result.js';
import { withQuery } from '../rendering/page.js';
import { SuccessNotice, DenialNotice } from '../components/notices.js';
import { EmailField, PasswordField } from '../components/user-fields.js';

export interface SignInPageProps {
  readonly email?: string;
  /** The page that opens after signing in. */
  readonly next: string;
  /** The reason why the user was sent to this page. */
  readonly notice?: 'session_expired' | 'signed_up' | 'cookie_dropped' | null;
  /**
   * The URL that users must open for the browser to accept the session cookie. The notice `cookie_dropped` links to it.
   */
  readonly publicUrl?: string;
  readonly denial?: Denial | null;
}

export function SignInPage(props: SignInPageProps) {
  const { email = '', next, notice = null, publicUrl = '', denial = null } = props;
  const { t, link, isRegistrationOpen } = usePage();
  return (
    <Layout title={t('signIn.title')} isNarrow>
      <h1>{t('signIn.title')}</h1>
      <p class="lead">{t('signIn.lead')}</p>
      {notice === 'signed_up' && <SuccessNotice>{t('signUp.done')}</SuccessNotice>}
      {notice === 'session_expired' && (
        <p role="status" class="notice">
          {t('problem.session_expired')}
        </p>
      )}
      {notice === 'cookie_dropped' && (
        <div role="alert" class="notice bad">
          {t('signIn.needsHttps')}{' '}
          <a href={publicUrl + link(withQuery('/sign-in', { next }))}>
            {t('signIn.openHttps', { url: publicUrl })}
          </a>
        </div>
      )}
      <DenialNotice denial={denial} />
      <form method="post" action={link('/sign-in')} class="card">
        <input type="hidden" name="next" value={next} />
        <EmailField value={email} autocomplete="username" denial={denial} />
        <PasswordField denial={denial} />
        <button>{t('signIn.submit')}</button>
      </form>
      {isRegistrationOpen ? (
        <p>
          {t('signIn.noAccount')} <a href={link(withQuery('/sign-up', { next }))}>{t('signIn.createOne')}</a>
        </p>
      ) : (
        <p class="quiet">{t('signIn.askAdmin')}</p>
      )}
    </Layout>
  );
}
