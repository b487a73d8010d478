import { Layout } from '../page/layout.js';
import { usePage } from '../page/page-context.js';
import type { Refusal } from '../page/forms.js';
import { withQuery } from '../page/page.js';
import { Done, Field, RefusalNotice } from '../page/parts.js';

export interface SignInPageProps {
  readonly email?: string;
  /** Where to go on afterwards. */
  readonly next: string;
  /** Why the visitor is here, when they did not choose to be. */
  readonly notice?: 'session_expired' | 'signed_up' | 'cookie_dropped' | null;
  /** Where the browser would keep the session's cookie, for `cookie_dropped`. */
  readonly publicUrl?: string;
  readonly refusal?: Refusal | null;
}

export function SignInPage(props: SignInPageProps) {
  const { email = '', next, notice = null, publicUrl = '', refusal = null } = props;
  const { t, link, isRegistrationOpen } = usePage();
  return (
    <Layout title={t('signIn.title')} isNarrow>
      <h1>{t('signIn.title')}</h1>
      <p class="lead">{t('signIn.lead')}</p>
      {notice === 'signed_up' && <Done>{t('signUp.done')}</Done>}
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
      <RefusalNotice refusal={refusal} />
      <form method="post" action={link('/sign-in')} class="card">
        <input type="hidden" name="next" value={next} />
        <Field
          name="email"
          label={t('common.email')}
          type="email"
          value={email}
          autocomplete="username"
          required
          refusal={refusal}
        />
        <Field
          name="password"
          label={t('common.password')}
          type="password"
          autocomplete="current-password"
          required
          refusal={refusal}
        />
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
