import type { ApiKey } from '../../../api-keys/index.js';
import { Layout } from '../../rendering/layout.js';
import { usePage } from '../../rendering/page-context.js';
import { Secret } from '../../components/secret.js';
import { requestExamples, exportKeyCommand } from '../request-examples.js';
import { CodeBlock } from '../../components/code-block.js';

interface CreatedKeyPageProps {
  readonly apiKey: ApiKey;
  /** The complete key. No other page shows it. */
  readonly secret: string;
  readonly publicUrl: string;
}

export function CreatedKeyPage({ apiKey, secret, publicUrl }: CreatedKeyPageProps) {
  const { t } = usePage();
  return (
    <Layout title={t('created.title')} scripts={['secret-page.js']} isShownOnce>
      <h1>{t('created.title')}</h1>
      <Secret
        id="key"
        title={apiKey.name}
        notice={t('created.once')}
        label={t('created.key')}
        storedLabel={t('created.stored')}
        value={secret}
        next="/api-keys"
        page={`/api-keys/${apiKey.id}`}
      />
      <section class="card" data-test-call hidden>
        <h2>{t('created.test')}</h2>
        <p>{t('created.testLead')}</p>
        <button type="button" class="secondary" data-failed={t('created.testFailed', { message: '%s' })}>
          {t('created.test')}
        </button>
        <pre aria-live="polite" tabIndex={0} hidden />
      </section>
      <section class="card">
        <h2>{t('created.examples')}</h2>
        <p>{t('created.environment')}</p>
        <CodeBlock id="environment" code={exportKeyCommand(secret)} copyLabel={t('created.copyCommand')} />
        {requestExamples(publicUrl).map(({ language, code }) => (
          <details key={language} open={language === 'cURL'}>
            <summary>{language}</summary>
            <CodeBlock
              id={`example-${language.toLowerCase()}`}
              code={code}
              copyLabel={t('created.copyExample', { language })}
            />
          </details>
        ))}
      </section>
    </Layout>
  );
}
