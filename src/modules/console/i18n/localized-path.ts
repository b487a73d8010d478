import type { HttpRequest } from '../../../common/http/index.js';
import { DEFAULT_LANGUAGE, LANGUAGES } from './languages.js';

const PREFIX = new RegExp(`^/(${LANGUAGES.filter((tag) => tag !== DEFAULT_LANGUAGE).join('|')})(?=[/?]|$)`);

/** Returns the language of a path, and the path without its language prefix. */
export function splitLanguage(url: string): { language: string; path: string } {
  const [prefix = '', language = DEFAULT_LANGUAGE] = PREFIX.exec(url) ?? [];
  const path = url.slice(prefix.length);
  return { language, path: path.startsWith('/') ? path : `/${path}` };
}

/** Returns the path of a page in a language. The default language has no prefix. */
export function localizedPath(language: string, path: string): string {
  if (language === DEFAULT_LANGUAGE) return path;
  return path === '/' ? `/${language}` : `/${language}${path}`;
}

/**
 * Returns whether the path of the request has no language prefix. If so, the user's preference decides the language.
 */
export const hasNoLanguagePrefix = ({ url }: Pick<HttpRequest, 'url'>): boolean =>
  splitLanguage(url).path === url;
