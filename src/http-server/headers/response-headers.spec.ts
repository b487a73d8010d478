import { apiHeaders, docsHeaders, pageHeaders } from './response-headers.js';

const PLAIN = { publicUrl: 'http://localhost:3000' };
const SECURE = { publicUrl: 'https://keys.example.com' };
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Returns the directives of the Content-Security-Policy, keyed by name. */
const policyOf = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    headers['content-security-policy']!.split('; ').map((part) => {
      const [name, ...values] = part.split(' ');
      return [name!, values.join(' ')];
    }),
  );

describe.each([
  ['the API', apiHeaders],
  ['pages', pageHeaders],
  ['the docs', docsHeaders],
])('the headers of %s', (_where, headersOf) => {
  it('make browsers use https for a year when PUBLIC_URL is https', () => {
    expect(headersOf(SECURE)['strict-transport-security']).toBe(`max-age=${YEAR_SECONDS}`);
    expect(headersOf(PLAIN)).not.toHaveProperty('strict-transport-security');
  });

  it('forbid content sniffing and frames', () => {
    expect(headersOf(PLAIN)['x-content-type-options']).toBe('nosniff');
    expect(policyOf(headersOf(PLAIN))['frame-ancestors']).toBe("'none'");
  });

  it('forbid other sites to load the response', () =>
    expect(headersOf(PLAIN)['cross-origin-resource-policy']).toBe('same-origin'));

  it('have lower-case names', () => {
    for (const name of Object.keys(headersOf(SECURE))) expect(name).toBe(name.toLowerCase());
  });
});

it('forbids caching, scripts and referrers for API responses', () => {
  expect(apiHeaders(PLAIN)).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  expect(policyOf(apiHeaders(PLAIN))).toEqual({ 'default-src': "'none'", 'frame-ancestors': "'none'" });
});

it('forbids caching of pages, and lets them load resources from this server only', () => {
  expect(pageHeaders(PLAIN)).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin' });
  expect(policyOf(pageHeaders(PLAIN))).toEqual({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'connect-src': "'self'",
    'form-action': "'self'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
  });
});

it.each([pageHeaders, docsHeaders])(
  'gives other sites no reference to the window of a document, and its scripts no devices',
  (headersOf) => {
    expect(headersOf(PLAIN)['cross-origin-opener-policy']).toBe('same-origin');
    expect(headersOf(PLAIN)['permissions-policy']).toMatch(/camera=\(\), .*microphone=\(\)/);
  },
);

it('lets the docs run neither scripts of other sites nor inline scripts', () => {
  expect(docsHeaders(PLAIN)['referrer-policy']).toBe('no-referrer');
  expect(policyOf(docsHeaders(PLAIN))).toEqual({
    'default-src': "'self'",
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' data:",
    'object-src': "'none'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
  });
});
