import { loggedRequest, loggedPath } from './logged-path.js';

const KEY = 'chm_000000000000_00000000000000000000000000000008dHlQ';

/** Percent-encodes the characters that match `pattern`. */
const encoded = (text: string, pattern = /./g) =>
  text.replaceAll(pattern, (character) => `%${character.charCodeAt(0).toString(16)}`);

it('removes the query', () => {
  expect(loggedPath('/api/v1/api-keys?search=ada@example.com')).toBe('/api/v1/api-keys');
  expect(loggedPath('/api/v1/me')).toBe('/api/v1/me');
  expect(loggedPath(`/a?b?${KEY}`)).toBe('/a');
});

it.each([
  ['without encoding', KEY],
  ['with an encoded underscore', encoded(KEY, /_/g)],
  ['with an encoded underscore in upper case', encoded(KEY, /_/g).replaceAll('%5f', '%5F')],
  ['with an encoded letter in its prefix', encoded(KEY, /m/g)],
  ['with an encoded character in its secret', encoded(KEY, /Q/g)],
  ['with everything encoded', encoded(KEY)],
])('redacts a key %s', (_how, key) => {
  expect(loggedPath(`/api/v1/api-keys/${key}`)).toBe('/api/v1/api-keys/[key]');
  expect(loggedPath(`/x${key}/y`)).toContain('[key]/y');
});

it('keeps other characters encoded, so that a path cannot add lines to the log', () => {
  const path = '/a%0a%0D%1b%20%22%25%2f%7f%c3%a4%zz%';
  expect(loggedPath(path)).toBe(path);
});

it('logs a request with its method, status and id', () => {
  const request = { method: 'GET', url: `/x/${KEY}?y`, id: 'id' } as Parameters<typeof loggedRequest>[0];
  expect(loggedRequest(request, 503)).toBe('GET /x/[key] 503 id');
});
