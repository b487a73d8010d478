// Each file in `locales` is one language. Its name is the prefix of the language in paths, for example `de` or
// `zh-Hant-TW`. The catalogues are loaded when this module is imported, because `@Pages` needs the prefixes as soon as
// a controller is defined.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createInstance, type TFunction } from 'i18next';
import type en from '../locales/en.js';
import type { Catalogue } from './catalogue.js';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    nsSeparator: false;
  }
}

/** The language of paths without a prefix. */
export const DEFAULT_LANGUAGE = 'en';

const FOLDER = join(import.meta.dirname, '..', 'locales');
const LOCALE_FILE = /^([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.[jt]s$/;

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

/** The catalogues of all languages. The default language comes first. */
export const CATALOGUES: ReadonlyMap<string, Catalogue> = await loadCatalogues();

/** The path prefixes of all languages. The default language comes first. */
export const LANGUAGES: readonly string[] = [...CATALOGUES.keys()];

/** Returns the BCP 47 tag of a language for `lang` and `Intl`, for example `zh-Hans` for `zh`. */
export const languageTag = (language: string): string => CATALOGUES.get(language)?.tag ?? language;

/** Returns a text of one language by its key, with its variables filled in. */
export type Translate = TFunction;

/** Returns a function that returns the `Translate` function of a language. */
export async function createTranslators(
  catalogues: ReadonlyMap<string, Catalogue>,
): Promise<(language: string) => Translate> {
  const i18n = createInstance();
  await i18n.init({
    lng: DEFAULT_LANGUAGE,
    fallbackLng: false,
    nsSeparator: false,
    // Escaping is off here, because Preact escapes the texts.
    interpolation: { escapeValue: false },
    resources: Object.fromEntries(
      [...catalogues].map(([language, texts]) => [language, { translation: texts }]),
    ),
  });
  // `getFixedT` would copy all options of i18next for each text.
  const translate = i18n.t as unknown as (key: string, options: object) => string;
  const translators = new Map(
    [...catalogues.keys()].map((language) => [
      language,
      rememberTexts((key, variables) => translate(key, { ...variables, lng: language })),
    ]),
  );
  return (language) => translators.get(language)!;
}

type FindText = (key: string, variables?: object) => string;

/** Keeps each text without variables after its first use, because i18next takes long to find a text. */
function rememberTexts(find: FindText): Translate {
  const known = new Map<string, string>();
  const findOnce: FindText = (key, variables) => {
    if (variables) return find(key, variables);
    const text = known.get(key) ?? find(key);
    known.set(key, text);
    return text;
  };
  return findOnce as unknown as Translate;
}

export const translator = await createTranslators(CATALOGUES);

/** Returns the direction in which a language is written. */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  const locale = new Intl.Locale(tag) as Intl.Locale & LocaleWithTextInfo;
  return (locale.getTextInfo?.() ?? locale.textInfo)?.direction ?? 'ltr';
}

/** Node 20 has the property `textInfo`. Later versions have the method `getTextInfo` instead. */
interface LocaleWithTextInfo {
  readonly textInfo?: TextInfo;
  getTextInfo?(): TextInfo;
}

interface TextInfo {
  readonly direction: 'ltr' | 'rtl';
}
