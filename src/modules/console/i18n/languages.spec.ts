import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createInstance } from 'i18next';
import { ErrorKind, FieldErrorKind } from '../../../common/errors/index.js';
import type { Catalogue } from './catalogue.js';
import { CATALOGUES, directionOf, LANGUAGES, languageTag } from './languages.js';

type Texts = { readonly [key: string]: string | Texts };

/** Returns the texts of a catalogue, by dotted key. */
const flat = (texts: Texts, parent = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[parent + key, value] as [string, string]] : flat(value, `${parent}${key}.`),
  );

const english = new Map(flat(CATALOGUES.get('en')!));
const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Returns the keys that a catalogue needs: the English keys, with the plural forms of the catalogue's language. */
function keysFor(tag: string): string[] {
  const forms = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
  return [...english.keys()]
    .filter((key) => !PLURAL.test(key) || key.endsWith('_other'))
    .flatMap((key) => (PLURAL.test(key) ? forms.map((form) => key.replace(PLURAL, `_${form}`)) : [key]));
}

const variables = (text: string): string[] => (text.match(/\{\{\w+(, number)?\}\}/g) ?? []).sort();
const englishOf = (key: string): string =>
  english.get(key) ?? english.get(key.replace(PLURAL, '_other')) ?? '';

/** Matches keys that the code composes from a name and a value, for example from `status` and a status. */
const COMPOSED =
  /^(tag$|language$|(status|role|notice|problem|field)\.|help\.(creating|using|limits|practices|revoking|troubleshooting)|help\.\w+\.\d$|usage\.(accepted|limited|denied|periods\.)|keys\.view\.|admin\.top\.(accepted|limited|none\.))/;

const sources = readdirSync('src/modules/console', { recursive: true, encoding: 'utf8' })
  .filter((file) => /(?<!\.spec)\.tsx?$/.test(file) && !file.startsWith('locales'))
  .map((file) => readFileSync(join('src/modules/console', file), 'utf8'))
  .join();

it('has only texts that a page shows', () => {
  const keys = [...english.keys()].filter((key) => !COMPOSED.test(key));
  expect(keys.length).toBeGreaterThan(100);
  expect(keys.filter((key) => !sources.includes(`'${key.replace(PLURAL, '')}'`))).toEqual([]);
});

it('lists English first', () => expect(LANGUAGES[0]).toBe('en'));

/**
 * Returns whether errors from this file can reach a page. They can if the file is in `common`, or in a module that the
 * console imports.
 */
const reachesPages = (file: string): boolean => {
  const [folder, module] = file.split(sep);
  return folder === 'common' || module === 'console' || sources.includes(`/${module}/index.js'`);
};

/** Returns all errors of a class that can reach a page. The console needs no texts for other errors. */
async function declared<T extends object>(type: abstract new (...input: never[]) => T): Promise<T[]> {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.errors.ts') && reachesPages(file),
  );
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(resolve(join('src', file))).href) as Promise<object>),
  );
  return modules.flatMap((module) => Object.values(module).filter((value) => value instanceof type) as T[]);
}

describe.each([...CATALOGUES])('%s', (language, catalogue) => {
  const texts = new Map(flat(catalogue));

  it('has a canonical tag of its own language', () => {
    expect(Intl.getCanonicalLocales(catalogue.tag)).toEqual([catalogue.tag]);
    expect(new Intl.Locale(catalogue.tag).language).toBe(new Intl.Locale(language).language);
  });

  it('has every text in every plural form, and no others', () => {
    expect([...texts.keys()].sort()).toEqual(keysFor(catalogue.tag).sort());
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('has the same variables in every text', () => {
    const differing = [...texts].filter(
      ([key, text]) => variables(text).join() !== variables(englishOf(key)).join(),
    );
    expect(differing).toEqual([]);
  });

  it.each([
    ['problem', ErrorKind, 20],
    ['field', FieldErrorKind, 30],
  ] as const)('has a text for the code of every %s error', async (section, type, count) => {
    const errors = await declared<{ readonly code: string }>(type);
    expect(errors.length).toBeGreaterThan(count);
    expect(errors.map(({ code }) => code).filter((code) => !texts.has(`${section}.${code}`))).toEqual([]);
  });
});

describe('a language with its own plurals and direction', () => {
  it('may have all six plural forms', async () => {
    expect(keysFor('ar').filter((key) => key.startsWith('notice.keysRevoked_'))).toHaveLength(6);
    expect(keysFor('zh-Hant-TW').filter((key) => key.startsWith('notice.keysRevoked_'))).toEqual([
      'notice.keysRevoked_other',
    ]);
    const days: Pick<Catalogue['createKey'], `days_${Intl.LDMLPluralRule}`> = {
      days_zero: 'zero',
      days_one: 'one',
      days_two: 'two',
      days_few: 'few',
      days_many: 'many',
      days_other: 'other',
    };
    const i18n = createInstance();
    await i18n.init({ lng: 'ar', resources: { ar: { translation: days } } });
    const t = i18n.t as (key: string, options: { count: number }) => string;
    expect([0, 1, 2, 3, 11, 100].map((count) => t('days', { count }))).toEqual(Object.values(days));
  });

  it.each([
    ['en', 'ltr'],
    ['zh-Hant-TW', 'ltr'],
    ['ar', 'rtl'],
    ['he', 'rtl'],
    ['uz-Arab', 'rtl'],
  ])('%s is written %s', (tag, direction) => expect(directionOf(tag)).toBe(direction));
});

it('knows the tag of a language', () => {
  expect(['en', 'zh', 'tlh'].map(languageTag)).toEqual(['en', 'zh-Hans', 'tlh']);
});
