import { MAX_FORM_FIELDS } from '../../common/validation/index.js';
import { parseForm } from './form-parser.js';

const fields = (count: number, name = (index: number) => `f${index}`) =>
  Array.from({ length: count }, (_, index) => `${name(index)}=${index}`).join('&');

it('parses all fields, and repeated fields as an array', () => {
  expect(parseForm('a=1&b=&c&a=2&d=%C3%A9+x&a=3')).toEqual({
    a: ['1', '2', '3'],
    b: '',
    c: '',
    d: 'é x',
  });
  expect(parseForm('')).toEqual({});
});

it('accepts the names of inherited properties', () => {
  const form = parseForm('__proto__=1&constructor=2&toString=3&__proto__=4')!;
  expect(Object.keys(form)).toEqual(['__proto__', 'constructor', 'toString']);
  expect(Object.getPrototypeOf(form)).toBe(Object.prototype);
});

it.each([
  ['the maximum number of fields', fields(MAX_FORM_FIELDS)],
  ['the maximum number of values for one field', fields(MAX_FORM_FIELDS, () => 'ids')],
])('parses a form with %s', (_what, text) => {
  expect(Object.values(parseForm(text)!).flat()).toHaveLength(MAX_FORM_FIELDS);
});

it.each([
  ['too many fields', fields(MAX_FORM_FIELDS + 1)],
  ['too many values for one field', fields(MAX_FORM_FIELDS + 1, () => 'ids')],
  ['100,000 separators', '&'.repeat(100_000)],
])('rejects a form with %s', (_what, text) => expect(parseForm(text)).toBeNull());
