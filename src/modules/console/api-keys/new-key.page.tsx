import type { ApiKey } from '../../api-keys/index.js';
import { Layout } from '../page/layout.js';
import { usePage } from '../page/page-context.js';
import { callExamples, environmentLine } from './call-examples.js';
import { CodeBlock } from './code-block.js';

interface NewKeyPageProps {
  readonly apiKey: ApiKey;
  /** The key itself: this page is its one way out. */
  readonly secret: string;
  readonly publicUrl: string;
}

export function NewKeyPage({ apiKey, secret, publicUrl }: NewKeyPageProps) {
  const { t, link } = usePage();
  return (
    <Layout title={t('created.title')} scripts={['shown-once.js']} isShownOnce>
      <h1>{t('created.title')}</h1>
      <section class="card secret">
        <h2>{apiKey.name}</h2>
        <p role="status">
          <strong>{t('created.once')}</strong>
        </p>
        <div class="field">
          <label for="key">{t('created.key')}</label>
          <div class="copyable">
            <input
              id="key"
              type="text"
              value={secret}
              data-secret
              readOnly
              spellcheck={false}
              autocomplete="off"
            />
            <button type="button" class="secondary" data-copy="#key" data-done={t('common.copied')} hidden>
              {t('common.copy')}
            </button>
          </div>
        </div>
        <form method="get" action={link('/api-keys')} data-stored>
          <label>
            <input type="checkbox" required />
            {t('created.stored')}
          </label>
          <button>{t('created.done')}</button>
        </form>
      </section>
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
