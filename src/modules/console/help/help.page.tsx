import type { ComponentChildren } from 'preact';
import type { Role } from '../../../common/access/index.js';
import { requestExamples, exportKeyCommand } from '../api-keys/request-examples.js';
import { CodeBlock } from '../components/code-block.js';
import { Layout } from '../rendering/layout.js';
import { usePage } from '../rendering/page-context.js';
import { TextWithCode } from './text-with-code.js';

interface HelpPageProps {
  readonly publicUrl: string;
  readonly windowSeconds: number;
  readonly limits: readonly { readonly role: Role; readonly limit: number }[];
}

const SECTIONS = ['creating', 'using', 'limits', 'practices', 'revoking', 'troubleshooting'] as const;

/** A list of texts, ordered by their numeric keys in the catalogue. */
const Steps = ({ texts, isOrdered }: { texts: Readonly<Record<string, string>>; isOrdered?: boolean }) => {
  const items = Object.keys(texts)
    .sort((a, b) => Number(a) - Number(b))
    .map((key) => (
      <li key={key}>
        <TextWithCode text={texts[key]!} />
      </li>
    ));
  return isOrdered ? <ol>{items}</ol> : <ul>{items}</ul>;
};

const Section = ({ id, children }: { id: (typeof SECTIONS)[number]; children: ComponentChildren }) => {
  const { t } = usePage();
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{t(`help.${id}`)}</h2>
      {children}
    </section>
  );
};

export function HelpPage({ publicUrl, windowSeconds, limits }: HelpPageProps) {
  const { t, format } = usePage();
  const seconds = format.number(windowSeconds);
  return (
    <Layout title={t('help.title')}>
      <h1>{t('help.title')}</h1>
      <nav class="contents" aria-label={t('help.contents')}>
        <ul>
          {SECTIONS.map((id) => (
            <li key={id}>
              <a href={`#${id}`}>{t(`help.${id}`)}</a>
            </li>
          ))}
        </ul>
      </nav>
      <Section id="creating">
        <Steps texts={t('help.creatingSteps', { returnObjects: true })} isOrdered />
        <p>{t('help.creatingEnd')}</p>
      </Section>
      <Section id="using">
        <p>
          <TextWithCode text={t('help.usingText')} />
        </p>
        <p>{t('created.environment')}</p>
        <CodeBlock id="environment" code={exportKeyCommand('chm_…')} copyLabel={t('created.copyCommand')} />
        {requestExamples(publicUrl).map(({ language, code }) => (
          <div key={language}>
            <h3>{language}</h3>
            <CodeBlock
              id={`example-${language.toLowerCase()}`}
              code={code}
              copyLabel={t('created.copyExample', { language })}
            />
          </div>
        ))}
      </Section>
      <Section id="limits">
        <p>{t('help.limitsText', { seconds })}</p>
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">{t('help.limitsRole')}</th>
              <th scope="col">{t('help.limitsCalls', { seconds })}</th>
            </tr>
          </thead>
          <tbody>
            {limits.map(({ role, limit }) => (
              <tr key={role}>
                <th scope="row">{t(`role.${role}`)}</th>
                <td>{format.number(limit)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p>
          <TextWithCode text={t('help.limitsFields')} />
        </p>
      </Section>
      <Section id="practices">
        <Steps texts={t('help.practicesList', { returnObjects: true })} />
      </Section>
      <Section id="revoking">
        <p>
          <TextWithCode text={t('help.revokingText')} />
        </p>
      </Section>
      <Section id="troubleshooting">
        <h3>{t('help.unauthorized')}</h3>
        <Steps texts={t('help.unauthorizedList', { returnObjects: true })} />
        <h3>{t('help.notFound')}</h3>
        <p>
          <TextWithCode text={t('help.notFoundText')} />
        </p>
        <h3>{t('help.tooMany')}</h3>
        <p>
          <TextWithCode text={t('help.tooManyText')} />
        </p>
        <h3>{t('help.forbidden')}</h3>
        <p>
          <TextWithCode text={t('help.forbiddenText')} />
        </p>
      </Section>
    </Layout>
  );
}
