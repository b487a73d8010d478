import {
  EMPTY,
  INVALID_CHARACTERS,
  INVALID_TEXT_CHARACTERS,
  INVISIBLE,
  IS_API_KEY,
  NOT_A_STRING,
  TOO_LONG,
} from '../errors/index.js';
import { displayTextProblem, multilineTextProblem } from './display-text.js';

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
])('accepts "%s" as a name', (text) => expect(displayTextProblem(text, 100)).toBeNull());

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
])('rejects %s', (_what, text) => expect(displayTextProblem(text, 100)).toEqual(INVALID_CHARACTERS.with()));

it.each([
  ['a zero-width space', '\u200b'],
  ['several zero-width characters', '\u200b\u200c\u200d\u2060'],
  ['a Hangul filler', '\u3164'],
  ['a half-width Hangul filler', '\uffa0'],
  ['Hangul jamo fillers', '\u115f\u1160'],
  ['a Braille blank', '\u2800'],
  ['a soft hyphen', '\u00ad'],
  ['Khmer inherent vowels', '\u17b4\u17b5'],
  ['a Khitan filler', '\u{16fe4}'],
  ['a variation selector', '\ufe0f'],
  ['a variation selector of the supplement', '\u{e0100}'],
  ['tag characters', '\u{e0041}\u{e007f}'],
  ['a Mongolian vowel separator', '\u180e'],
  ['a grapheme joiner', '\u034f'],
  ['an invisible operator', '\u2062'],
  ['a byte order mark between zero-width spaces', '\u200b\ufeff\u200b'],
  ['wide spaces around a zero-width space', '\u2003\u200b\u3000'],
  ['a musical blank', '\u{1d159}'],
  ['hieroglyphic blanks', '\u{13441}\u{13442}'],
  ['marks without a letter', '\u0301\u0308\u20dd'],
  ['a private-use character', '\ue000'],
  ['a private-use character of a supplementary plane', '\u{f0000}'],
  ['a noncharacter', '\ufffe'],
  ['an object replacement character', '\ufffc'],
])('rejects %s, because it is invisible', (_what, text) => {
  expect(displayTextProblem(text, 100)).toEqual(INVISIBLE.with());
});

it.each([
  ['a soft hyphen in a word', 'Donau\u00addampf'],
  ['joiners in an emoji', '👩\u200d👩\u200d👧'],
  ['a variation selector after a symbol', '\u2764\ufe0f'],
  ['a keycap', '1\ufe0f\u20e3'],
  ['a flag made of tags', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
  ['a non-joiner in Persian', 'می\u200cخواهم'],
  ['a joiner in Sinhala', 'ක්\u200dර'],
  ['a vowel sign in Hindi', 'कि'],
  ['Korean in jamo', '\u1112\u1161\u11ab'],
  ['a letter among blanks', '\u2800\u3164x\u2800'],
  ['a symbol', '€'],
  ['punctuation', '?'],
  ['a character newer than this Node', '\u0378'],
])('accepts %s', (_what, text) => expect(displayTextProblem(text, 100)).toBeNull());

it('checks only the allowed length of a long string', () => {
  expect(displayTextProblem(`${'x'.repeat(101)}\n`, 100)).toEqual(TOO_LONG.with({ max: 100 }));
  expect(displayTextProblem('\u200b'.repeat(101), 100)).toEqual(TOO_LONG.with({ max: 100 }));
  expect(displayTextProblem(`\n${'x'.repeat(101)}`, 100)).toEqual(INVALID_CHARACTERS.with());
});

it('counts code points, not UTF-16 units', () => {
  expect(displayTextProblem('😀'.repeat(100), 100)).toBeNull();
  expect(displayTextProblem('😀'.repeat(101), 100)).toEqual(TOO_LONG.with({ max: 100 }));
  expect(displayTextProblem('', 100)).toEqual(EMPTY.with());
});

it.each([undefined, null, 1, true, {}, ['a']])('rejects %p, because it is not a string', (value) => {
  expect(displayTextProblem(value, 100)).toEqual(NOT_A_STRING.with());
});

it.each([KEY, `my key is ${KEY}`, `${KEY}.`, `x${KEY}x`, KEY.replace('chm', 'acme')])(
  'rejects an API key in "%s"',
  (text) => {
    expect(displayTextProblem(text, 200)).toEqual(IS_API_KEY.with());
  },
);

it.each(['chm_0123456789AB', KEY.slice(0, -1), 'snake_case_name'])(
  'accepts "%s", because it is not an API key',
  (text) => {
    expect(displayTextProblem(text, 200)).toBeNull();
  },
);

it('allows line breaks in text with several lines, but no other control characters', () => {
  expect(multilineTextProblem('one\n\ntwo', 100)).toBeNull();
  for (const text of ['a\rb', 'a\tb', 'a\0b', 'a\x85b', 'a\u2028b', 'a\u2029b', 'a\u202eb', 'a\ud83d'])
    expect(multilineTextProblem(text, 100)).toEqual(INVALID_TEXT_CHARACTERS.with());
  expect(multilineTextProblem('\u200b\n\u200b', 100)).toEqual(INVISIBLE.with());
  expect(multilineTextProblem(`a\n${KEY}\nb`, 100)).toEqual(IS_API_KEY.with());
  expect(multilineTextProblem('😀\n'.repeat(50), 100)).toBeNull();
  expect(multilineTextProblem('😀\n'.repeat(51), 100)).toEqual(TOO_LONG.with({ max: 100 }));
});
