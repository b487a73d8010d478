import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { AssetName } from '../assets/assets.service.js';
import type { Translate } from '../i18n/languages.js';
import { localizedPath } from '../i18n/localized-path.js';
import type { LocaleFormats } from './formats.js';
import type { Notice } from './notice.js';
import type { Viewer } from './viewer.service.js';

/** The properties of a page that every component can read. */
export interface PageContext extends Viewer {
  readonly language: string;
  readonly t: Translate;
  readonly format: LocaleFormats;
  /** The page's path and query, without the language prefix. */
  readonly path: string;
  readonly now: Date;
  /** The message to show once, for example to confirm the user's last action. */
  readonly notice: Notice | null;
  readonly isRegistrationOpen: boolean;
  /** Whether the server serves Swagger UI. */
  readonly hasDocs: boolean;
  readonly asset: (name: AssetName) => string;
}

export const CurrentPage = createContext<PageContext | null>(null);

/**
 * Returns the context of the current page, and the function `link`, which returns a path in the language of the page.
 */
export function usePage(): PageContext & { link: (path: string) => string } {
  const page = useContext(CurrentPage);
  if (!page) throw new Error('A component was rendered outside of a page');
  return { ...page, link: (path) => localizedPath(page.language, path) };
}
