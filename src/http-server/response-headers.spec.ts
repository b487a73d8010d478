import { apiHeaders, docsHeaders, pageHeaders } from './response-headers.js';

const PLAIN = { publicUrl: 'http://localhost:3000' };
const SECURE = { publicUrl: 'https://keys.example.com' };
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** The directives of a Content-Security-Policy by name. */
const policyOf = (fields: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    fields['content-security-policy']!.split('; ').map((part) => {
      const [name, ...values] = part.split(' ');
      return [name!, values.join(' ')];
    }),
  );

describe.each([
  ['the API', apiHeaders],
  ['pages', pageHeaders],
  ['the docs', docsHeaders],
])('the fields of %s', (_where, fieldsOf) => {
  it('bind browsers to https for a year, where the service is reached by https', () => {
    expect(fieldsOf(SECURE)['strict-transport-security']).toBe(`max-age=${YEAR_SECONDS}`);
    expect(fieldsOf(PLAIN)).not.toHaveProperty('strict-transport-security');
  });

  it('let nobody guess the type of a body, nor frame it', () => {
    expect(fieldsOf(PLAIN)['x-content-type-options']).toBe('nosniff');
    expect(policyOf(fieldsOf(PLAIN))['frame-ancestors']).toBe("'none'");
  });

  it('let no other site load what is answered', () =>
    expect(fieldsOf(PLAIN)['cross-origin-resource-policy']).toBe('same-origin'));

  it('have names as Fastify sends them', () => {
    for (const name of Object.keys(fieldsOf(SECURE))) expect(name).toBe(name.toLowerCase());
  });
});

it('lets nothing of the API be stored, run or known to others', () => {
  expect(apiHeaders(PLAIN)).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  expect(policyOf(apiHeaders(PLAIN))).toEqual({ 'default-src': "'none'", 'frame-ancestors': "'none'" });
});

it('lets no page be stored, and lets it load what this server has', () => {
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

it.each([pageHeaders, docsHeaders])('keeps other sites from the windows of what is shown', (fieldsOf) => {
  expect(fieldsOf(PLAIN)['cross-origin-opener-policy']).toBe('same-origin');
  expect(fieldsOf(PLAIN)['permissions-policy']).toMatch(/camera=\(\), .*microphone=\(\)/);
});

it('lets the docs run no script from elsewhere, nor one inside the page', () => {
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
