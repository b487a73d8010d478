import { displayTextFault, foldCase, trimText } from './display-text.js';

const KEY = 'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN';

it.each([
  'a',
  'Mobile App',
  'Müller & Söhne',
  '東京',
  'Ёлка',
  '👩🏽‍🚀',
  'a\u0301',
  "Robert'); DROP TABLE",
  '<b>',
  '%_\\',
])('takes "%s" for a name', (text) => expect(displayTextFault(text, 100)).toBeNull());

it.each([
  ['a NUL', 'a\0b'],
  ['a tab', 'a\tb'],
  ['a line break', 'a\nb'],
  ['a DEL', 'a\x7fb'],
  ['a C1 control', 'a\x85b'],
  ['a right-to-left override', 'a\u202eb'],
  ['a bidi isolate', 'a\u2066b'],
  ['a right-to-left mark', 'a\u200fb'],
  ['a line separator', 'a\u2028b'],
  ['a paragraph separator', 'a\u2029b'],
  ['a lone high surrogate', 'a\ud83d'],
  ['a lone low surrogate', '\ude00a'],
])('refuses %s', (_what, text) => expect(displayTextFault(text, 100)).toMatch(/^must not hold/));

it('counts code points, not halves of them', () => {
  expect(displayTextFault('😀'.repeat(100), 100)).toBeNull();
  expect(displayTextFault('😀'.repeat(101), 100)).toBe('must have at most 100 characters');
  expect(displayTextFault('', 100)).toBe('must not be empty');
});

it.each([undefined, null, 1, true, {}, ['a']])('refuses %p, which is no text', (value) => {
  expect(displayTextFault(value, 100)).toBe('must be a string');
});

it.each([KEY, `my key is ${KEY}`, `${KEY}.`, `x${KEY}x`, KEY.replace('chm', 'acme')])(
  'refuses a key in "%s"',
  (text) => {
    expect(displayTextFault(text, 200)).toBe('must not be an API key');
  },
);

it.each(['chm_0123456789AB', KEY.slice(0, -1), 'snake_case_name'])('does not take "%s" for a key', (text) => {
  expect(displayTextFault(text, 200)).toBeNull();
});

it('trims texts and leaves everything else alone', () => {
  expect(trimText(' \u3000\t a b \n')).toBe('a b');
  expect(trimText(12)).toBe(12);
  expect(trimText(undefined)).toBeUndefined();
});

it('folds case, and both spellings of an accent, into one', () => {
  expect(foldCase('ÄÖ')).toBe(foldCase('a\u0308o\u0308'));
  expect(foldCase('ПРИВЕТ')).toBe('привет');
  expect(foldCase('a')).not.toBe(foldCase('á'));
});
