import { optionalTextOf, textOf, textsOf } from './form-body.js';

it('reads a field that is missing, repeated or not a string as empty', () => {
  expect(textOf({ a: 'x' }, 'a')).toBe('x');
  for (const a of [undefined, ['x', 'y'], 1, null, {}]) expect(textOf({ a }, 'a')).toBe('');
});

it('reads all values of a repeated field', () => {
  expect(textsOf({ a: ['x', 1, 'y'] }, 'a')).toEqual(['x', 'y']);
  expect(textsOf({ a: 'x' }, 'a')).toEqual(['x']);
  expect(textsOf({}, 'a')).toEqual([]);
});

it('treats a blank field as missing, and keeps other values unchanged', () => {
  for (const a of ['', ' ', ' \t ', undefined, ['x']]) expect(optionalTextOf({ a }, 'a')).toBeUndefined();
  expect(optionalTextOf({ a: ' x ' }, 'a')).toBe(' x ');
});
