import { fillIn, TOO_LONG } from './index.js';

it('fills parameters into the sentence of a field error', () => {
  expect(TOO_LONG.on('name', { max: 100 })).toEqual({
    field: 'name',
    code: 'too_long',
    message: 'must have at most 100 characters',
    params: { max: 100 },
  });
});

it('leaves places without a parameter as they are', () => {
  expect(fillIn('{{min}} to {{max}}, {{toString}}', { min: 1 })).toBe('1 to {{max}}, {{toString}}');
});
