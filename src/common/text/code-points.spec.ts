import { countCodePoints, firstCodePoints } from './code-points.js';

it.each([
  ['abc', 2, 'ab'],
  ['abc', 3, 'abc'],
  ['abc', 4, 'abc'],
  ['😀😀😀', 2, '😀😀'],
  ['a😀b', 2, 'a😀'],
  ['\ud83dabc', 2, '\ud83da'],
  ['abc', 0, ''],
  ['', 5, ''],
])('cuts "%s" to %i code points', (text, count, start) => expect(firstCodePoints(text, count)).toBe(start));

it('stops counting after the maximum', () => {
  expect(countCodePoints('a😀b', 10)).toBe(3);
  expect(countCodePoints('😀'.repeat(10), 10)).toBe(10);
  expect(countCodePoints('😀'.repeat(50_000), 10)).toBe(11);
});
