import type { Refusal } from '../page/forms.js';
import { Layout } from '../page/layout.js';
import { usePage } from '../page/page-context.js';
import { withQuery } from '../page/page.js';
import { Field, RefusalNotice } from '../page/parts.js';

export interface SignUpPageProps {
  readonly values?: { readonly email: string; readonly name: string };
  /** Where to go on after signing in. */
  readonly next: string;
  readonly refusal?: Refusal | null;
}

export function SignUpPage({ values = { email: '', name: '' }, next, refusal = null }: SignUpPageProps) {
  const { t, link } = usePage();
  return (
    <Layout title={t('signUp.title')} isNarrow>
      <h1>{t('signUp.title')}</h1>
      <RefusalNotice refusal={refusal} />
      <form method="post" action={link('/sign-up')} class="card">
        <input type="hidden" name="next" value={next} />
        <Field
          name="name"
          label={t('common.name')}
          value={values.name}
          autocomplete="name"
          maxLength={100}
          required
          refusal={refusal}
        />
        <Field
          name="email"
          label={t('common.email')}
          type="email"
          value={values.email}
          autocomplete="username"
          required
          refusal={refusal}
        />
        <Field
          name="password"
          label={t('common.password')}
          type="password"
          autocomplete="new-password"
          hint={t('signUp.passwordHint')}
          minLength={12}
          required
          refusal={refusal}
        />
        <button>{t('signUp.submit')}</button>
      </form>
      <p>
        {t('signUp.haveAccount')} <a href={link(withQuery('/sign-in', { next }))}>{t('signIn.title')}</a>
      </p>
    </Layout>
  );
}
