import type { ApiKey } from '../../api-keys/index.js';
import { Layout } from '../page/layout.js';
import { usePage } from '../page/page-context.js';
import { GoButton } from '../page/parts.js';

/** For a form that comes again when its key cannot be shown any more. */
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
        <GoButton to="/api-keys" class="secondary">
          {t('created.keep')}
        </GoButton>
        {apiKey.status !== 'revoked' && (
          <form method="post" action={link(`/api-keys/${apiKey.id}/revoke`)}>
            <input type="hidden" name="then" value="create" />
            <button class="danger">{t('created.replace')}</button>
          </form>
        )}
      </div>
    </Layout>
  );
}
