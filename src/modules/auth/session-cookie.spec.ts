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
