import type { ApiKey } from '../../api-keys/index.js';
import { Layout } from '../page/layout.js';
import { usePage } from '../page/page-context.js';
import { Secret } from '../page/secret.js';
import { callExamples, environmentLine } from './call-examples.js';
import { CodeBlock } from './code-block.js';

interface NewKeyPageProps {
  readonly apiKey: ApiKey;
  /** The key itself: this page is its one way out. */
  readonly secret: string;
  readonly publicUrl: string;
}

export function NewKeyPage({ apiKey, secret, publicUrl }: NewKeyPageProps) {
  const { t } = usePage();
  return (
    <Layout title={t('created.title')} scripts={['shown-once.js']} isShownOnce>
      <h1>{t('created.title')}</h1>
      <Secret
        id="key"
        title={apiKey.name}
        notice={t('created.once')}
        label={t('created.key')}
        value={secret}
        next="/api-keys"
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
        <CodeBlock id="environment" code={environmentLine(secret)} />
        {callExamples(publicUrl).map(({ language, code }) => (
          <details key={language} open={language === 'cURL'}>
            <summary>{language}</summary>
            <CodeBlock id={`example-${language.toLowerCase()}`} code={code} />
          </details>
        ))}
      </section>
    </Layout>
  );
}
