// A language with six plural forms that is written from right to left needs only a catalogue.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { LocaleFormats } from '../rendering/formats.js';
import { Layout } from '../rendering/layout.js';
import { CurrentPage } from '../rendering/page-context.js';
import type { Catalogue } from './catalogue.js';
import { CATALOGUES, createTranslators } from './languages.js';

const STYLES = join(import.meta.dirname, '..', 'browser', 'styles');
const english = CATALOGUES.get('en')!;
const arabic: Catalogue = {
  ...english,
  tag: 'ar',
  createKey: {
    ...english.createKey,
    days_zero: 'لا أيام',
    days_one: 'يوم واحد',
    days_two: 'يومان',
    days_few: '{{count}} أيام',
    days_many: '{{count}} يومًا',
    days_other: '{{count}} يوم',
  },
};

const t = (await createTranslators(new Map([['ar', arabic]])))('ar');

it.each([
  [0, 'لا أيام'],
  [1, 'يوم واحد'],
  [2, 'يومان'],
  [3, '3 أيام'],
  [11, '11 يومًا'],
  [100, '100 يوم'],
])('shows %i days in the right plural form', (count, text) =>
  expect(t('createKey.days', { count })).toBe(text),
);

it('shows pages from right to left', () => {
  const page = {
    language: 'ar',
    t,
    format: new LocaleFormats('ar', 'Africa/Cairo'),
    path: '/help',
    now: new Date(),
    notice: null,
    principal: null,
    hasSession: false,
    isRegistrationOpen: false,
    hasDocs: true,
    asset: (name: string) => name,
  };
  const content = h(Layout, { title: 'مساعدة', children: 'نص' });
  const html = renderToString(h(CurrentPage.Provider, { value: page }, content));
  expect(html).toMatch(/^<html lang="ar" dir="rtl">/);
});

it('has style sheets without a left and a right side', () => {
  const files = readdirSync(STYLES);
  expect(files.length).toBeGreaterThan(4);
  const rules = files.flatMap((file) =>
    readFileSync(join(STYLES, file), 'utf8')
      .replaceAll(/\/\*.*?\*\//gs, '')
      .split(/[;{}]/)
      .map((rule) => `${file}: ${rule.trim()}`),
  );
  expect(rules.filter((rule) => /\b(left|right)\b/.test(rule))).toEqual([]);
});
