import type { ComponentChildren } from 'preact';
import type { AssetName } from '../assets/assets.service.js';
import { CATALOGUES, directionOf, languageTag } from '../i18n/languages.js';
import type { Denial } from '../forms/form-result.js';
import { NOTICES, type Notice } from './notice.js';
import { usePage } from './page-context.js';

/** Preact's types don't have this attribute of `link` yet (HTML Standard, "Blocking attributes"). */
const BLOCKS_RENDERING = { blocking: 'render' };

interface LayoutProps {
  readonly title: string;
  /** The error that denied the page's form, so that the title also says that there is an error. */
  readonly denial?: Denial | null;
  /** Scripts that only this page needs. */
  readonly scripts?: readonly AssetName[];
  /** Whether the page is narrow, for example because it contains a single form. */
  readonly isNarrow?: boolean;
  /** Whether the page can't be shown again after the user leaves it. If so, it has no language buttons. */
  readonly isShownOnce?: boolean;
  readonly children: ComponentChildren;
}

/** The HTML document around a page's content. */
export function Layout(props: LayoutProps) {
  const { title, denial, scripts = [], isNarrow, isShownOnce, children } = props;
  const { t, language, asset } = usePage();
  const fullTitle = `${title} · ${t('product')}`;
  return (
    <html lang={languageTag(language)} dir={directionOf(languageTag(language))}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content={t('description')} />
        <meta name="robots" content="noindex" />
        <title>{denial ? t('error.inTitle', { title: fullTitle }) : fullTitle}</title>
        {/* Without this, a browser shows the start of a page first and moves it when the rest arrives. */}
        <link rel="expect" href="#footer" {...BLOCKS_RENDERING} />
        <link rel="icon" href={asset('icon.svg')} type="image/svg+xml" />
        {(['pico.css', 'console.css'] as const).map((name) => (
          <link key={name} rel="stylesheet" href={asset(name)} />
        ))}
        {(['console.js', ...scripts] as const).map((name) => (
          <script key={name} type="module" src={asset(name)} />
        ))}
      </head>
      <body>
        <a class="skip" href="#content">
          {t('skip')}
        </a>
        <Header />
        <main id="content" class={isNarrow ? 'container narrow' : 'container'} tabIndex={-1}>
          <NoticeOfLastAction />
          {children}
        </main>
        {/* console.js announces short messages here, for example that a text was copied. */}
        <div class="visually-hidden" role="status" data-announcements />
        <Footer hasLanguages={!isShownOnce} />
      </body>
    </html>
  );
}

function NoticeOfLastAction() {
  const { t, notice } = usePage();
  if (notice === null) return null;
  // The types can't tell which variables the text of this notice has.
  const text = t as (key: string, params: Notice['params']) => string;
  return (
    <div role={NOTICES[notice.code] === 'bad' ? 'alert' : 'status'} class={`notice ${NOTICES[notice.code]}`}>
      {text(`notice.${notice.code}`, notice.params)}
    </div>
  );
}

function Header() {
  const { t, link, principal, hasSession, asset } = usePage();
  // Until the user replaces a temporary password, all other pages redirect to the page for a new password.
  const isRestricted = principal?.method === 'session' && principal.hasTemporaryPassword;
  return (
    <header class="top">
      <div class="container">
        <a class="brand" href={link('/api-keys')}>
          <img src={asset('icon.svg')} alt="" width="24" height="24" />
          {t('product')}
        </a>
        <nav aria-label={t('nav.label')}>
          <ul>
            {!isRestricted && <NavItem to="/api-keys" text={t('nav.apiKeys')} />}
            {!isRestricted && principal?.role === 'admin' && <NavItem to="/admin" text={t('nav.admin')} />}
            <NavItem to="/help" text={t('nav.help')} />
            {hasSession && (
              <>
                {!isRestricted && <NavItem to="/account" text={t('nav.account')} />}
                <li>
                  <form method="post" action={link('/sign-out')}>
                    <button type="submit" class="plain">
                      {t('nav.signOut')}
                    </button>
                  </form>
                </li>
              </>
            )}
          </ul>
        </nav>
      </div>
    </header>
  );
}

function NavItem({ to, text }: { to: string; text: string }) {
  const { link, path } = usePage();
  const [current = ''] = path.split('?');
  const isCurrent = current === to || current.startsWith(`${to}/`);
  return (
    <li>
      <a href={link(to)} aria-current={isCurrent ? 'page' : undefined}>
        {text}
      </a>
    </li>
  );
}

function Footer({ hasLanguages }: { hasLanguages: boolean }) {
  const { t, language, path, link, hasDocs } = usePage();
  return (
    <footer id="footer" class="container bottom">
      {hasDocs && <a href="/api/docs">{t('nav.docs')}</a>}
      {hasLanguages && (
        <form method="post" action={link('/language')} aria-label={t('nav.language')}>
          <input type="hidden" name="next" value={path} />
          {[...CATALOGUES].map(([each, catalogue]) => (
            <button
              key={each}
              type="submit"
              class="plain"
              name="language"
              value={each}
              lang={catalogue.tag}
              aria-pressed={each === language}
            >
              {catalogue.language}
            </button>
          ))}
        </form>
      )}
    </footer>
  );
}
