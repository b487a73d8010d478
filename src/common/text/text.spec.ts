import { foldCase } from './fold-case.js';
import { hideSecrets, redactKeys } from './redact-keys.js';
import { trimText } from './trim-text.js';

it('trims only the ends of strings, and returns other values unchanged', () => {
  expect(trimText(' \u3000\t a b \n')).toBe('a b');
  expect(trimText('\u200e\u200f \u061cabc\u200e\u3000\u061c\u200f')).toBe('abc');
  expect(trimText('\u200eא\u200eב\u200f')).toBe('א\u200eב');
  expect(trimText('\u200b a \u200b')).toBe('\u200b a \u200b');
  expect(trimText(' \u200e ')).toBe('');
  expect(trimText('😀')).toBe('😀');
  expect(trimText(12)).toBe(12);
  expect(trimText(undefined)).toBeUndefined();
});

it('folds case, and composed and decomposed accents, into one form', () => {
  expect(foldCase('ÄÖ')).toBe(foldCase('a\u0308o\u0308'));
  expect(foldCase('ПРИВЕТ')).toBe('привет');
  expect(foldCase('a')).not.toBe(foldCase('á'));
});

it('redacts every key in a string', () => {
  const key = 'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN';
  expect(redactKeys(`/a/${key}/b?${key}`)).toBe('/a/[key]/b?[key]');
  expect(redactKeys('/a/chm_0123456789AB')).toBe('/a/chm_0123456789AB');
});

it('hides the secret of every key in a string', () => {
  const key = 'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN';
  expect(hideSecrets(`a ${key}, ${key.replace('chm', 'acme')}`)).toBe(
    'a chm_0123456789AB, acme_0123456789AB',
  );
});
