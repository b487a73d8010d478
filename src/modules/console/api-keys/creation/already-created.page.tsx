import type { ApiKey } from '../../../api-keys/index.js';
import { Layout } from '../../rendering/layout.js';
import { usePage } from '../../rendering/page-context.js';
import { LinkButton } from '../../components/link-button.js';

/** The page that appears if a user submits the form for a new key again, but the key can no longer be shown. */
export function AlreadyCreatedPage({ apiKey }: { apiKey: ApiKey }) {
  const { t, link } = usePage();
  return (
    <Layout title={t('created.goneTitle')} isNarrow isShownOnce>
      <h1>{t('created.goneTitle')}</h1>
      <p>{t('created.gone', { name: apiKey.name })}</p>
      <p>
        <code>{apiKey.prefix}</code>
      </p>
      <div class="buttons">
        <LinkButton to="/api-keys" class="secondary">
          {t('created.keep')}
        </LinkButton>
        {apiKey.status !== 'revoked' && (
          <form method="post" action={link(`/api-keys/${apiKey.id}/revoke`)}>
            <input type="hidden" name="then" value="create" />
            <button type="submit" class="danger">
              {t('created.replace')}
            </button>
          </form>
        )}
      </div>
    </Layout>
  );
}
