import type { AppError } from '../../../common/errors/index.js';
import type { Translate } from '../i18n/languages.js';
import { Layout } from './layout.js';
import { usePage } from './page-context.js';
import { RetryAfter } from '../components/notices.js';
import { errorText } from '../i18n/error-texts.js';

const TITLES = {
  401: 'error.title401',
  403: 'error.title403',
  404: 'error.title404',
  409: 'error.title409',
  429: 'error.title429',
  503: 'error.title503',
} as const;

const titleOf = (t: Translate, status: number): string => {
  if (status in TITLES) return t(TITLES[status as keyof typeof TITLES]);
  return t(status < 500 ? 'error.title400' : 'error.title500');
};

/** Explains what went wrong, and links to the next step. */
export function ErrorPage({ error, requestId }: { error: AppError; requestId: string }) {
  const { t, link } = usePage();
  const { status } = error.kind;
  const title = titleOf(t, status);
  return (
    <Layout title={title} isNarrow>
      <p class="status-code">{status}</p>
      <h1>{title}</h1>
      <p class="lead">
        {errorText(t, error)}
        <RetryAfter error={error} />
      </p>
      <p class="buttons">
        {status === 401 ? (
          <a href={link('/sign-in')}>{t('nav.signIn')}</a>
        ) : (
          <a href={link('/api-keys')}>{t('error.home')}</a>
        )}
        <a href={link('/help#troubleshooting')}>{t('nav.help')}</a>
      </p>
      <p class="quiet">
        {t('error.requestId')} <code>{requestId}</code>
      </p>
    </Layout>
  );
}
