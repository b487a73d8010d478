import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ErrorKind, FieldErrorKind, INVALID_LENGTH, TOO_LONG } from '../../common/errors/index.js';
import {
  CATALOGUES,
  localizedPath,
  LANGUAGES,
  splitLanguage,
  translator,
  preferredLanguage,
} from './languages.js';
import { fieldText } from './page/parts.js';

type Texts = { readonly [key: string]: string | Texts };

/** Every key of a catalogue with its text; plurals under the key of their `_other`. */
const flat = (texts: Texts, way = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[way + key, value] as [string, string]] : flat(value, `${way}${key} › `),
  );

const english = new Map(flat(CATALOGUES.get('en')!));
const blanks = (text: string): string[] => (text.match(/\{\{\w+(, number)?\}\}/g) ?? []).sort();

/** Keys that are put together from a name and a value, such as that of a status. */
const COMPOSED =
  /^(language$|(status|role|problem|field) › |help › (creating|using|limits|practices|revoking|troubleshooting)|help › \w+ › \d$|keyPage › (accepted|limited|denied)$)/;

it('has no text that no page shows', () => {
  const sources = readdirSync('src/modules/console', { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.spec)\.tsx?$/.test(file) && !file.startsWith('locales'))
    .map((file) => readFileSync(join('src/modules/console', file), 'utf8'))
    .join();
  const keys = [...english.keys()].filter((key) => !COMPOSED.test(key));
  const used = (key: string) =>
    sources.includes(`'${key.replaceAll(' › ', '.').replace(/_(one|other)$/, '')}'`);
  expect(keys.length).toBeGreaterThan(100);
  expect(keys.filter((key) => !used(key))).toEqual([]);
});

it('begins with English', () => expect(LANGUAGES[0]).toBe('en'));

/** Every error of a kind that the modules declare. */
async function declared<T extends object>(type: abstract new (...input: never[]) => T): Promise<T[]> {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.errors.ts'),
  );
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(resolve(join('src', file))).href) as Promise<object>),
  );
  return modules.flatMap((module) => Object.values(module).filter((value) => value instanceof type) as T[]);
}

describe.each([...CATALOGUES])('%s', (tag, catalogue) => {
  const texts = new Map(flat(catalogue));

  it('has a text for every key, and none that nobody asks for', () => {
    const hasSingular = new Intl.PluralRules(tag).resolvedOptions().pluralCategories.includes('one');
    const wanted = [...english.keys()].filter((key) => hasSingular || !key.endsWith('_one'));
    expect([...texts.keys()].sort()).toEqual(wanted.sort());
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('has the same blanks in every text', () => {
    const differing = [...texts].filter(([key, text]) => {
      const expected = key.endsWith('_one')
        ? english.get(key.replace(/_one$/, '_other'))!
        : english.get(key)!;
      return blanks(text).join() !== blanks(expected).join();
    });
    expect(differing).toEqual([]);
  });

  it('has a text for every error', async () => {
    const kinds = await declared(ErrorKind);
    expect(kinds.length).toBeGreaterThan(20);
    expect(kinds.filter(({ code }) => !texts.has(`problem › ${code}`)).map(({ code }) => code)).toEqual([]);
  });

  it('has a text for every reason why a field is invalid', async () => {
    const kinds = await declared(FieldErrorKind);
    expect(kinds.length).toBeGreaterThan(30);
    expect(kinds.filter(({ code }) => !texts.has(`field › ${code}`)).map(({ code }) => code)).toEqual([]);
  });

  it('fills parameters into what is wrong with a field', () => {
    const t = translator(tag);
    expect(fieldText(t, INVALID_LENGTH.on('password', { min: 12, max: 128 }))).toMatch(/12.*128/);
    expect(fieldText(t, TOO_LONG.on('name', { max: 100 }))).toContain('100');
  });

  it("shows a team's own sentence, whose code has no text here", () => {
    const t = translator(tag);
    for (const code of ['is_uuid', 'toString'])
      expect(fieldText(t, { field: 'id', code, message: 'must be a UUID', params: {} })).toBe(
        'must be a UUID',
      );
  });
});

it.each([
  ['/', 'en', '/'],
  ['/api-keys?a=b', 'en', '/api-keys?a=b'],
  ['/zh', 'zh', '/'],
  ['/zh/', 'zh', '/'],
  ['/zh?a=b', 'zh', '/?a=b'],
  ['/zh/help', 'zh', '/help'],
  ['/zhong', 'en', '/zhong'],
  ['/en/help', 'en', '/en/help'],
  ['/zh//elsewhere', 'zh', '//elsewhere'],
])('reads %s as %s and %s', (url, language, path) => expect(splitLanguage(url)).toEqual({ language, path }));

it('gives a path its prefix back', () => {
  expect(['/', '/help?a=b'].map((path) => localizedPath('zh', path))).toEqual(['/zh', '/zh/help?a=b']);
  expect(localizedPath('en', '/help')).toBe('/help');
});

it.each([
  [undefined, undefined, 'en'],
  [undefined, 'zh-TW, zh;q=0.9', 'zh'],
  [undefined, 'tlh, *;q=0.1', 'en'],
  [undefined, 'en;q=0.5, zh;q=0.6', 'zh'],
  ['zh', 'en', 'zh'],
  ['en', 'zh', 'en'],
  ['../zh', 'zh', 'zh'],
])('with the choice %s and Accept-Language %s shows %s', (chosen, accept, expected) =>
  expect(preferredLanguage(chosen, accept)).toBe(expected),
);
