import { parseSetCookie } from 'cookie';
import { readSessionCookie, sessionCookie } from './session-cookie.js';

const PLAIN = { publicUrl: 'http://localhost:3000' };
const SECURE = { publicUrl: 'https://keys.example.com' };
const TOKEN = 'q3Vx0w1JmZ8bT5nYcR2kq3Vx0w1JmZ8bT5nYcR2kAB-';

it('is sent for thirty days, to this server only, and is out of reach of scripts', () => {
  expect(sessionCookie(PLAIN, TOKEN)).toBe(
    `chameleon_session=${TOKEN}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax`,
  );
});

it('is bound to https and the host where the service is reached by https', () => {
  const cookie = parseSetCookie(sessionCookie(SECURE, TOKEN));
  expect(cookie).toMatchObject({
    name: '__Host-chameleon_session',
    value: TOKEN,
    path: '/',
    secure: true,
    httpOnly: true,
  });
  expect(cookie).not.toHaveProperty('domain');
});

it.each([PLAIN, SECURE])('is cleared with the attributes that it was set with: %j', (config) => {
  const { value: _token, maxAge: _age, ...set } = parseSetCookie(sessionCookie(config, TOKEN));
  const { value, maxAge, ...cleared } = parseSetCookie(sessionCookie(config, null));
  expect(cleared).toEqual(set);
  expect({ value, maxAge }).toEqual({ value: '', maxAge: 0 });
});

it.each([
  ['alone', `chameleon_session=${TOKEN}`],
  ['among others', `theme=dark; chameleon_session=${TOKEN}; lang=en`],
])('is read when it comes %s', (_how, header) => expect(readSessionCookie(PLAIN, header)).toBe(TOKEN));

it.each([
  ['no cookie', undefined],
  ['an empty field', ''],
  ['another cookie', 'session=abc'],
  ['an empty one', 'chameleon_session='],
  ['junk', ';;;=;%%%'],
  ['a name that only ends like it', `xchameleon_session=${TOKEN}`],
  ['the name of Object itself', 'constructor=a; __proto__=b'],
])('is missing with %s', (_what, header) => expect(readSessionCookie(PLAIN, header)).toBeNull());

it('is not read under the name for plain http where cookies are secure, nor the other way round', () => {
  expect(readSessionCookie(SECURE, `chameleon_session=${TOKEN}`)).toBeNull();
  expect(readSessionCookie(PLAIN, `__Host-chameleon_session=${TOKEN}`)).toBeNull();
});

it.each([
  ['http://localhost:3000', 'chameleon_session'],
  ['http://keys.example.com', 'chameleon_session'],
  ['http://localhost:0', 'chameleon_session'],
  ['http://localhost:4000', 'chameleon_session_4000'],
  ['https://keys.example.com', '__Host-chameleon_session'],
  ['https://keys.example.com:3000', '__Host-chameleon_session'],
  ['https://keys.example.com:8443', '__Host-chameleon_session_8443'],
])('carries the port of %s in its name: %s', (publicUrl, name) => {
  expect(parseSetCookie(sessionCookie({ publicUrl }, TOKEN)).name).toBe(name);
  expect(readSessionCookie({ publicUrl }, `${name}=${TOKEN}`)).toBe(TOKEN);
});

it('leaves the session of another server on the same host name alone', () => {
  const other = { publicUrl: 'http://localhost:4000' };
  const jar = `chameleon_session=${TOKEN}; chameleon_session_4000=${'x'.repeat(43)}`;
  expect(readSessionCookie(PLAIN, jar)).toBe(TOKEN);
  expect(readSessionCookie(other, jar)).toBe('x'.repeat(43));
  expect(readSessionCookie(other, `chameleon_session=${TOKEN}`)).toBeNull();
});
