import { interpolate, TOO_LONG } from './index.js';

it('replaces the placeholders in a message with parameters', () => {
  expect(TOO_LONG.on('name', { max: 100 })).toEqual({
    field: 'name',
    code: 'too_long',
    message: 'must be at most 100 characters long',
    params: { max: 100 },
  });
});

it('keeps placeholders without a parameter', () => {
  expect(interpolate('{{min}} to {{max}}, {{toString}}', { min: 1 })).toBe('1 to {{max}}, {{toString}}');
});
