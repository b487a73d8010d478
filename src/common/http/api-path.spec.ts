import { isApiPath } from './api-path.js';

it.each([
  '/api',
  '/api/',
  '/api?x',
  '/api/v1',
  '/api/v1/ping?a=b',
  '/api/v2/x',
  '/api/docs',
  '/health',
  '/health/live',
  '/API/V1/ME',
  '/%61pi/v1/me',
  'http://host/api/v1/me',
  '/x/../api/v1/me',
  '/api#x',
  // These URLs are invalid, so they are not normalized.
  '/health/%',
  '/api/%zz',
])('%s belongs to the API', (url) => expect(isApiPath(url)).toBe(true));

it.each([
  '/',
  '/api-keys',
  '/api-keys/create',
  '/apix',
  '/healthy',
  '/zh/api-keys',
  '/help',
  '/admin/users',
  '/zh/api',
  '/%zz',
  '//api',
])('%s does not belong to the API', (url) => expect(isApiPath(url)).toBe(false));
