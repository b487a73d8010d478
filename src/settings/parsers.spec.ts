import { settingProblems } from '../../test/support/setting-problems.js';
import { parseEnv } from './index.js';

it('accepts a Redis URL', () => {
  expect(parseEnv({ REDIS_URL: 'rediss://user:pass@redis.example:6380/2' }).redisUrl).toBe(
    'rediss://user:pass@redis.example:6380/2',
  );
  expect(settingProblems({ REDIS_URL: 'localhost:6379' })).toEqual([
    expect.stringMatching(/^REDIS_URL must be/),
  ]);
});

it.each(['redis://host/keys', 'redis://host/1/2', 'redis://host/-1', 'rediss://host/0x1'])(
  'rejects %s, because ioredis would use database 0',
  (url) => {
    expect(settingProblems({ REDIS_URL: url })).toEqual([
      'REDIS_URL can have only a database number as its path, as in redis://host/2',
    ]);
  },
);

it('accepts only safe prefixes for Redis keys', () => {
  for (const prefix of ['a', 'Team-1', 'keys_2.prod', 'acme:keys', 'x'.repeat(32)])
    expect(parseEnv({ REDIS_PREFIX: prefix }).redisPrefix).toBe(prefix);
  for (const prefix of [' ', 'a b', 'a*', 'a?', '{a}', 'a:', ':a', '-', 'ä', 'a\n', 'x'.repeat(33)])
    expect(settingProblems({ REDIS_PREFIX: prefix })).toEqual([
      expect.stringMatching(/^REDIS_PREFIX must be 1 to 32/),
    ]);
});

it.each([
  'mailto:security@example.com',
  'mailto:security@example.com?subject=Chameleon',
  'https://example.com/security',
  'tel:+1-201-555-0123',
])('accepts %s as a security contact', (uri) => {
  expect(parseEnv({ SECURITY_CONTACT: uri }).securityContact).toBe(uri);
});

it.each([
  'security@example.com',
  'http://example.com/security',
  'https://user:pass@example.com',
  'https://user@example.com',
  'https://',
  'mailto:',
  'mailto:nobody',
  'tel:555',
  'javascript:alert(1)',
  'mailto:a@example.com\nExpires: 2099-01-01T00:00:00Z',
  'mailto:a@example.com mailto:b@example.com',
  'https://example.com/ä',
])('rejects %j as a security contact', (text) => {
  expect(settingProblems({ SECURITY_CONTACT: text })).toEqual([
    'SECURITY_CONTACT must be a single mailto:, tel: or https:// URI, as in mailto:security@example.com',
  ]);
});

describe('an origin', () => {
  it.each([
    'https://keys.example.com/path',
    'https://keys.example.com?a',
    'ftp://keys.example.com',
    'https://me@keys.example.com',
    '*',
    'null',
  ])('cannot be %s', (value) => {
    expect(settingProblems({ PUBLIC_URL: value })).toHaveLength(1);
    expect(settingProblems({ CORS_ORIGINS: value })).toHaveLength(1);
  });

  it('can be one of several in CORS_ORIGINS, separated by commas', () => {
    const { corsOrigins } = parseEnv({ CORS_ORIGINS: 'https://a.example, http://localhost:5173/ ,' });
    expect(corsOrigins).toEqual(['https://a.example', 'http://localhost:5173']);
  });
});

it.each(['4', '15'])('accepts the bcrypt cost %s', (cost) => {
  expect(parseEnv({ BCRYPT_COST: cost }).bcryptCost).toBe(Number(cost));
});

it('normalizes the email address of the first admin like sign-in does', () => {
  expect(parseEnv({ ADMIN_EMAIL: ' Root@Example.COM ' }).adminEmail).toBe('root@example.com');
});

it.each([
  ['API_KEY_PREFIX', ['ab', 'a'.repeat(16)], ['a', 'a'.repeat(17), '1a']],
  ['ADMIN_PASSWORD', ['x'.repeat(12), 'x'.repeat(128), '🔑'.repeat(12)], ['x'.repeat(11), 'x'.repeat(129)]],
  ['TRUST_PROXY', ['0', '100'], ['101']],
  ['PUBLIC_URL', ['https://x.example', 'https://x.example/'], ['https://x.example/?', 'https://x.example#']],
  ['DATABASE_URL', ['sqlite:100%.db'], ['sqlite:a%2fb.db', 'sqlite:a%fF.db']],
])('accepts %s only within its bounds', (name, good, bad) => {
  for (const text of good) expect(() => parseEnv({ [name]: text })).not.toThrow();
  for (const text of bad) expect(() => parseEnv({ [name]: text })).toThrow(name);
});

it("counts the code points of the first admin's password", () =>
  expect(() => parseEnv({ ADMIN_PASSWORD: '🔑'.repeat(11) })).toThrow('ADMIN_PASSWORD'));
