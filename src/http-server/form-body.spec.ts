import { MAX_FORM_FIELDS, parseForm } from './form-body.js';

const fields = (count: number, name = (index: number) => `f${index}`) =>
  Array.from({ length: count }, (_, index) => `${name(index)}=${index}`).join('&');

it('reads every field, and those that stand several times as a list', () => {
  expect(parseForm('a=1&b=&c&a=2&d=%C3%A9+x&a=3')).toEqual({
    a: ['1', '2', '3'],
    b: '',
    c: '',
    d: 'é x',
  });
  expect(parseForm('')).toEqual({});
});

it('takes names that every object has for names like any other', () => {
  const form = parseForm('__proto__=1&constructor=2&toString=3&__proto__=4')!;
  expect(Object.keys(form)).toEqual(['__proto__', 'constructor', 'toString']);
  expect(Object.getPrototypeOf(form)).toBe(Object.prototype);
});

it.each([
  ['as many fields as it may hold', fields(MAX_FORM_FIELDS)],
  ['as many of one name', fields(MAX_FORM_FIELDS, () => 'ids')],
])('reads a form with %s', (_what, text) => {
  expect(Object.values(parseForm(text)!).flat()).toHaveLength(MAX_FORM_FIELDS);
});

it.each([
  ['one field more', fields(MAX_FORM_FIELDS + 1)],
  ['one field of the same name more', fields(MAX_FORM_FIELDS + 1, () => 'ids')],
  ['nothing but separators', '&'.repeat(100_000)],
])('refuses a form with %s', (_what, text) => expect(parseForm(text)).toBeNull());
