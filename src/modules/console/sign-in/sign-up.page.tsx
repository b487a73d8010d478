import type { Denial } from '../forms/form-result.js';
import { Layout } from '../rendering/layout.js';
import { usePage } from '../rendering/page-context.js';
import { withQuery } from '../rendering/page.js';
import { EmailField, NameField, NewPasswordField } from '../components/fields/user-fields.js';
import { DenialNotice } from '../components/notices.js';

export interface SignUpPageProps {
  readonly values?: { readonly email: string; readonly name: string };
  /** The page that opens after signing in. */
  readonly next: string;
  readonly denial?: Denial | null;
}

export function SignUpPage({ values = { email: '', name: '' }, next, denial = null }: SignUpPageProps) {
  const { t, link } = usePage();
  return (
    <Layout title={t('signUp.title')} scripts={['password-field.js']} denial={denial} isNarrow>
      <h1>{t('signUp.title')}</h1>
      <DenialNotice denial={denial} />
      <form method="post" action={link('/sign-up')} class="card">
        <input type="hidden" name="next" value={next} />
        <NameField value={values.name} autocomplete="name" denial={denial} />
        <EmailField value={values.email} autocomplete="username" denial={denial} />
        <NewPasswordField denial={denial} />
        <button type="submit">{t('signUp.submit')}</button>
      </form>
      <p>
        {t('signUp.haveAccount')} <a href={link(withQuery('/sign-in', { next }))}>{t('signIn.title')}</a>
      </p>
    </Layout>
  );
}
