// A language is one file in `locales`: its name is the language's tag, and everything else follows from that.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createInstance, type TFunction } from 'i18next';
import Negotiator from 'negotiator';
import type en from './locales/en.js';
import type { Catalogue } from './locales/en.js';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    nsSeparator: false;
  }
}

/** The language of paths without a prefix. */
export const DEFAULT_LANGUAGE = 'en';

const FOLDER = join(import.meta.dirname, 'locales');
const LOCALE_FILE = /^([a-z]{2,3}(?:-[A-Za-z]+)?)\.[jt]s$/;

async function loadCatalogues(): Promise<Map<string, Catalogue>> {
  const files = readdirSync(FOLDER).filter((file) => LOCALE_FILE.test(file));
  const loaded = files.map(async (file) => {
    const module = (await import(pathToFileURL(join(FOLDER, file)).href)) as { default: Catalogue };
    return [LOCALE_FILE.exec(file)![1]!, module.default] as const;
  });
  const catalogues = await Promise.all(loaded);
  return new Map(
    catalogues.sort(([a], [b]) => Number(b === DEFAULT_LANGUAGE) - Number(a === DEFAULT_LANGUAGE)),
  );
}

/** Every catalogue by its language, the default one first. */
export const CATALOGUES: ReadonlyMap<string, Catalogue> = await loadCatalogues();

/** Every language, as in `lang` and in paths. */
export const LANGUAGES: readonly string[] = [...CATALOGUES.keys()];

/** Gives the text of a key in one language, with its blanks filled in. */
export type Translate = TFunction;

const texts = createInstance();
await texts.init({
  lng: DEFAULT_LANGUAGE,
  fallbackLng: false,
  nsSeparator: false,
  // The components escape what they show.
  interpolation: { escapeValue: false },
  resources: Object.fromEntries([...CATALOGUES].map(([tag, texts]) => [tag, { translation: texts }])),
});

/** The texts of a language. */
export const translator = (language: string): Translate => texts.getFixedT(language);

const PREFIXED = new RegExp(`^/(${LANGUAGES.filter((tag) => tag !== DEFAULT_LANGUAGE).join('|')})(?=[/?]|$)`);

/** The language that a path is in, and the path without its prefix. */
export function splitLanguage(url: string): { language: string; path: string } {
  const [prefix = '', tag = DEFAULT_LANGUAGE] = PREFIXED.exec(url) ?? [];
  const path = url.slice(prefix.length);
  return { language: tag, path: path.startsWith('/') ? path : `/${path}` };
}

/** The path of a page in a language; English has no prefix. */
export function localizedPath(language: string, path: string): string {
  if (language === DEFAULT_LANGUAGE) return path;
  return path === '/' ? `/${language}` : `/${language}${path}`;
}

/** The language that a visitor wants: what they chose, else what their browser asks for. */
export function preferredLanguage(chosen: string | undefined, acceptLanguage: string | undefined): string {
  if (chosen !== undefined && LANGUAGES.includes(chosen)) return chosen;
  if (acceptLanguage === undefined) return DEFAULT_LANGUAGE;
  const negotiator = new Negotiator({ headers: { 'accept-language': acceptLanguage } });
  const [wanted] = negotiator.languages([...LANGUAGES]);
  return wanted ?? DEFAULT_LANGUAGE;
}
