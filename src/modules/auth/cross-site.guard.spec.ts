import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../common/errors/index.js';
import { parseEnv } from '../../settings/index.js';
import { CrossSiteGuard } from './cross-site.guard.js';

const guard = new CrossSiteGuard(parseEnv({ PUBLIC_URL: 'https://keys.example.com' }));

/** Returns `true` if the guard allows the request. Otherwise returns the code of its error. */
function judge(method: string, headers: IncomingHttpHeaders): true | string {
  const call = { method, headers: { host: 'internal:3000', ...headers } };
  try {
    return guard.canActivate(new ExecutionContextHost([call])) as true;
  } catch (error) {
    if (error instanceof AppError && error.kind.status === 403) return error.kind.code;
    throw error;
  }
}

describe.each(['POST', 'PATCH', 'PUT', 'DELETE'])('%s', (method) => {
  it.each<[string, IncomingHttpHeaders]>([
    ['a program, which says nothing', {}],
    ['a page of the service', { 'sec-fetch-site': 'same-origin', origin: 'https://keys.example.com' }],
    ['the person alone', { 'sec-fetch-site': 'none' }],
    ['an older browser on the public address', { origin: 'https://keys.example.com' }],
    ['an older browser on the address of the server', { origin: 'http://internal:3000' }],
    ['the same behind a proxy that ends https', { origin: 'https://internal:3000' }],
    [
      'a key, wherever from',
      { 'x-api-key': 'anything', 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    ],
  ])('is allowed for %s', (_who, headers) => expect(judge(method, headers)).toBe(true));

  it.each<[string, IncomingHttpHeaders]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling host', { 'sec-fetch-site': 'same-site', origin: 'https://www.example.com' }],
    ['something new', { 'sec-fetch-site': 'sideways' }],
    ['an empty Sec-Fetch-Site', { 'sec-fetch-site': '' }],
    [
      'a browser that contradicts its Origin',
      { 'sec-fetch-site': 'cross-site', origin: 'https://keys.example.com' },
    ],
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin that begins alike', { origin: 'https://keys.example.com.evil.example' }],
    ['another scheme', { origin: 'http://keys.example.com' }],
    ['another port', { origin: 'https://keys.example.com:8443' }],
    ['an opaque origin', { origin: 'null' }],
    ['an empty Origin', { origin: '' }],
    ['an origin when there is no host', { host: undefined, origin: 'https://evil.example' }],
    ['an empty key, which counts as none', { 'x-api-key': '', origin: 'https://evil.example' }],
    ['a cookie from elsewhere', { cookie: 'chameleon_session=x', origin: 'https://evil.example' }],
  ])('is refused for %s', (_who, headers) => expect(judge(method, headers)).toBe('cross_site_request'));
});

it.each(['GET', 'HEAD', 'OPTIONS'])('lets %s through from everywhere, as it changes nothing', (method) => {
  expect(judge(method, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).toBe(true);
});
