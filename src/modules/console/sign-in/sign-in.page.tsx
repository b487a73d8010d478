import type { RateLimitState } from '../../../common/access/index.js';
import { Layout } from '../rendering/layout.js';
import { usePage } from '../rendering/page-context.js';
import type { Denial } from '../forms/form-result.js';
import { withQuery } from '../rendering/page.js';
import { AttemptsLeft } from '../components/attempts-left.js';
import { DenialNotice } from '../components/notices.js';
import { EmailField, PasswordField } from '../components/fields/user-fields.js';

export interface SignInPageProps {
  readonly email?: string;
  /** The page that opens after signing in. */
  readonly next: string;
  /** The URL of the service. Only there, the browser keeps a session cookie that requires HTTPS. */
  readonly publicUrl: string;
  readonly denial?: Denial | null;
  /** How many more passwords the user may try, or `null` if the password wasn't wrong. */
  readonly attemptsLeft?: RateLimitState | null;
}

export function SignInPage(props: SignInPageProps) {
  const { email = '', next, publicUrl, denial = null, attemptsLeft = null } = props;
  const { t, link, notice, isRegistrationOpen } = usePage();
  return (
    <Layout title={t('signIn.title')} scripts={['password-field.js']} denial={denial} isNarrow>
      <h1>{t('signIn.title')}</h1>
      <p class="lead">{t('signIn.lead')}</p>
      {notice?.code === 'cookieDropped' && (
        <p>
          <a href={publicUrl + link(withQuery('/sign-in', { next }))}>
            {t('signIn.openHttps', { url: publicUrl })}
          </a>
        </p>
      )}
      <DenialNotice denial={denial}>
        <AttemptsLeft state={attemptsLeft} />
      </DenialNotice>
      <form method="post" action={link('/sign-in')} class="card">
        <input type="hidden" name="next" value={next} />
        <EmailField value={email} autocomplete="username" autofocus={email === ''} denial={denial} />
        <PasswordField autofocus={email !== ''} denial={denial} />
        <button type="submit">{t('signIn.submit')}</button>
      </form>
      <p class="quiet">{t('signIn.forgot')}</p>
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
