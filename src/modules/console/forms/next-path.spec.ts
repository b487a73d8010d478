import { safeNextPath } from './next-path.js';

const ORIGIN = 'https://keys.example.com';

it.each(['/', '/account', '/api-keys?status=active#top', '/api-keys/0123456789AB', '/a//b', '/%5cx'])(
  'allows %s',
  (next) => expect(safeNextPath(next, ORIGIN)).toBe(next),
);

it('removes the language prefix', () => {
  expect(safeNextPath('/zh/account?a=b', ORIGIN)).toBe('/account?a=b');
  expect(safeNextPath('/zh', ORIGIN)).toBe('/');
});

it.each([
  '',
  'account',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '/a\\b',
  '/\t/evil.example',
  '/\n/evil.example',
  '/a\u0000',
  '/zh//evil.example',
  '/zh/\\evil.example',
  '/sign-in?next=/account',
  '/zh/sign-out',
  '/api-keys?search=chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN',
  'https://evil.example/',
  'https://keys.example.com/account',
  'javascript:alert(1)',
  ' /account',
  `/${'x'.repeat(2_000)}`,
])('replaces %j with the list of keys', (next) => expect(safeNextPath(next, ORIGIN)).toBe('/api-keys'));
