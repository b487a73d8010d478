import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { SettingsError, loadDotEnv, parseEnv, SETTINGS, type Settings } from './index.js';

function faultsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    parseEnv(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

it('has the defaults of the contract', () => {
  const expected: Settings = {
    nodeEnv: 'development',
    port: 3000,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:3000',
    database: { kind: 'sqlite', path: 'data/chameleon.db' },
    redisUrl: null,
    redisPrefix: 'chameleon',
    adminEmail: 'admin@chameleon.localhost',
    adminPassword: null,
    registration: 'closed',
    apiKeyPrefix: 'chm',
    bcryptCost: 10,
    maxActiveKeysPerUser: 100,
    maxKeysPerUser: 10_000,
    rateLimitStandard: 100,
    rateLimitPremium: 500,
    rateLimitAdmin: 1000,
    rateLimitSession: 600,
    rateLimitAnonymous: 60,
    rateLimitWindowSeconds: 60,
    failedAttemptsLimit: 20,
    corsOrigins: [],
    securityContact: null,
    trustProxy: 0,
    drainSeconds: 0,
    logLevel: 'info',
  };
  expect(parseEnv({})).toEqual(expected);
});

it('takes an empty variable for an unset one', () => {
  const empty = Object.fromEntries(Object.values(SETTINGS).map(({ name }) => [name, '']));
  expect(parseEnv(empty)).toEqual(parseEnv({}));
});

it('shows each default as it is read', () => {
  for (const { name, shown } of Object.values(SETTINGS)) {
    if (shown === '' || shown.includes('<')) continue;
    expect(parseEnv({ [name]: shown })).toEqual(parseEnv({}));
  }
});

it('cannot be changed afterwards', () => {
  const settings = parseEnv({ CORS_ORIGINS: 'https://a.example' });
  expect(() => Object.assign(settings, { port: 1 })).toThrow(TypeError);
  expect(() => Object.assign(settings.database, { path: 'x' })).toThrow(TypeError);
  expect(() => (settings.corsOrigins as string[]).push('x')).toThrow(TypeError);
});

it('listens on all addresses in production, unless told otherwise', () => {
  expect(parseEnv({ NODE_ENV: 'production' }).host).toBe('0.0.0.0');
  expect(parseEnv({ NODE_ENV: 'production', HOST: '::1' }).host).toBe('::1');
  expect(parseEnv({ NODE_ENV: 'test' }).host).toBe('127.0.0.1');
});

it('takes the public URL from the port', () => {
  expect(parseEnv({ PORT: '8080' }).publicUrl).toBe('http://localhost:8080');
  expect(parseEnv({ PORT: '8080', PUBLIC_URL: 'https://keys.example.com/' }).publicUrl).toBe(
    'https://keys.example.com',
  );
});

it('lists every fault at once, each with its variable', () => {
  const env = {
    PORT: '70000',
    PUBLIC_URL: 'keys.example.com',
    DATABASE_URL: 'postgres://localhost/keys',
    REDIS_URL: 'http://localhost',
    REDIS_PREFIX: 'my app',
    ADMIN_EMAIL: 'nobody',
    ADMIN_PASSWORD: 'short',
    REGISTRATION: 'maybe',
    API_KEY_PREFIX: 'My-App',
    BCRYPT_COST: '3',
    MAX_ACTIVE_KEYS_PER_USER: '0',
    RATE_LIMIT_STANDARD: '1e3',
    RATE_LIMIT_PREMIUM: '-1',
    RATE_LIMIT_ADMIN: '1000000001',
    RATE_LIMIT_SESSION: '1.5',
    RATE_LIMIT_ANONYMOUS: 'many',
    RATE_LIMIT_WINDOW_SECONDS: '0',
    FAILED_ATTEMPTS_LIMIT: ' 5',
    CORS_ORIGINS: 'https://a.example,*',
    SECURITY_CONTACT: 'security@example.com',
    TRUST_PROXY: 'true',
    LOG_LEVEL: 'verbose',
  };
  expect(faultsOf(env).map((fault) => fault.split(' ')[0])).toEqual(Object.keys(env));
  expect(() => parseEnv(env)).toThrow(/PORT must be a whole number from 0 to 65535\n.*\n.*DATABASE_URL must/);
});

it('blames a bad port only once', () => {
  expect(faultsOf({ PORT: 'http' })).toEqual(['PORT must be a whole number from 0 to 65535']);
});

it('takes a Redis by its URL', () => {
  expect(parseEnv({ REDIS_URL: 'rediss://user:pass@redis.example:6380/2' }).redisUrl).toBe(
    'rediss://user:pass@redis.example:6380/2',
  );
  expect(faultsOf({ REDIS_URL: 'localhost:6379' })).toEqual([expect.stringMatching(/^REDIS_URL must be/)]);
});

it.each(['redis://host/keys', 'redis://host/1/2', 'redis://host/-1', 'rediss://host/0x1'])(
  'does not take %s for a Redis, of which it would use database 0',
  (url) => {
    expect(faultsOf({ REDIS_URL: url })).toEqual([
      'REDIS_URL may only name a database by its number after the host, as in redis://host/2',
    ]);
  },
);

it.each([
  'mailto:security@example.com',
  'mailto:security@example.com?subject=Chameleon',
  'https://example.com/security',
  'tel:+1-201-555-0123',
])('takes %s as the place to report a weakness', (uri) => {
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
])('does not take %j as the place to report a weakness', (text) => {
  expect(faultsOf({ SECURITY_CONTACT: text })).toEqual([
    'SECURITY_CONTACT must be one URI: mailto:, tel: or https://, as in mailto:security@example.com',
  ]);
});

it('takes what keys in Redis begin with', () => {
  for (const prefix of ['a', 'Team-1', 'keys_2.prod', 'acme:keys', 'x'.repeat(32)])
    expect(parseEnv({ REDIS_PREFIX: prefix }).redisPrefix).toBe(prefix);
  for (const prefix of [' ', 'a b', 'a*', 'a?', '{a}', 'a:', ':a', '-', 'ä', 'a\n', 'x'.repeat(33)])
    expect(faultsOf({ REDIS_PREFIX: prefix })).toEqual([
      expect.stringMatching(/^REDIS_PREFIX must be 1 to 32/),
    ]);
});

it.each([
  { ADMIN_PASSWORD: 'hunter2' },
  { DATABASE_URL: 'postgres://root:hunter2@localhost/keys' },
  { DATABASE_URL: 'mysql://root:hunter2@localhost' },
  { DATABASE_URL: 'mysql://root:hunter2%zz@localhost/keys' },
  { DATABASE_URL: 'mysql://root:1/keys?hunter2@localhost/keys' },
  { DATABASE_URL: 'mysql://root:1#hunter2@localhost/keys' },
  { DATABASE_URL: 'mysql://root@localhost/keys?password=hunter2' },
  { DATABASE_URL: 'mysql://root@localhost/keys?tls=hunter2' },
  { DATABASE_URL: 'hunter2' },
  { REDIS_URL: 'http://:hunter2@localhost' },
  { REDIS_URL: 'redis://localhost/hunter2' },
  { REDIS_PREFIX: 'hunter2*' },
  { PUBLIC_URL: 'https://me:hunter2@keys.example.com' },
  { CORS_ORIGINS: 'https://me:hunter2@keys.example.com' },
])('never repeats a value, which may be secret: %j', (env) => {
  const faults = faultsOf(env);
  expect(faults).toHaveLength(1);
  expect(faults.join()).not.toContain('hunter2');
});

describe('DATABASE_URL', () => {
  const read = (url: string) => parseEnv({ DATABASE_URL: url }).database;
  const server = { host: 'db', port: 3306, username: 'root', password: '', database: 'keys', tls: false };

  it.each(['data/keys.db', '/var/lib/keys.db', './with space.db', 'C:\\keys.db'])(
    'names the SQLite file %s',
    (path) => {
      expect(read(`sqlite:${path}`)).toEqual({ kind: 'sqlite', path });
    },
  );

  it.each([
    ['mysql://db/keys', { kind: 'mysql', ...server }],
    ['mariadb://db/keys', { kind: 'mariadb', ...server }],
    [
      'mysql://me:secret@db:3307/keys',
      { kind: 'mysql', ...server, username: 'me', password: 'secret', port: 3307 },
    ],
    [
      'mysql://me%40here:p%40ss%2F%3F%25@db/keys',
      { kind: 'mysql', ...server, username: 'me@here', password: 'p@ss/?%' },
    ],
    ['mariadb://db/keys?tls=true', { kind: 'mariadb', ...server, tls: true }],
    ['mariadb://db/keys?tls=false', { kind: 'mariadb', ...server }],
    ['mariadb://[2001:db8::1]:3307/keys', { kind: 'mariadb', ...server, host: '2001:db8::1', port: 3307 }],
  ])('reads %s', (url, address) => expect(read(url)).toEqual(address));

  it.each([
    'sqlite:',
    'sqlite::memory:',
    // Somebody means a path below the working directory, somebody else one from the root.
    'sqlite://data/keys.db',
    'sqlite:///var/lib/keys.db',
    'sqlite:file:data/keys.db',
    'sqlite:~/keys.db',
    'sqlite:data/keys.db?mode=ro',
    'sqlite:data/my%20keys.db',
    'sqlite:data/',
    'sqlite: data/keys.db',
    'sqlite:data/keys\n.db',
    'mysql://db/keys#tls=true',
    'mysql://db',
    'mysql://db/',
    'mysql:///keys',
    'mysql://db/keys/more',
    'mysql://db/a%20b',
    'mysql://db:port/keys',
    'mysql://db/keys?ssl=true',
    'mysql://db/keys?tls=maybe',
    'postgres://db/keys',
    'data/keys.db',
  ])('cannot be %s', (url) => expect(faultsOf({ DATABASE_URL: url })).toHaveLength(1));
});

it.each(['sqlite://data/keys.db', 'sqlite:file:keys.db', 'sqlite:data/'])('shows how to write %s', (url) => {
  expect(faultsOf({ DATABASE_URL: url }).join()).toContain(
    'as in sqlite:data/chameleon.db (from the working directory) or sqlite:/var/lib/chameleon.db',
  );
});

describe('origins', () => {
  it.each([
    'https://keys.example.com/path',
    'https://keys.example.com?a',
    'ftp://keys.example.com',
    'https://me@keys.example.com',
    '*',
    'null',
  ])('cannot be %s', (value) => {
    expect(faultsOf({ PUBLIC_URL: value })).toHaveLength(1);
    expect(faultsOf({ CORS_ORIGINS: value })).toHaveLength(1);
  });

  it('of CORS_ORIGINS are separated by commas', () => {
    const { corsOrigins } = parseEnv({ CORS_ORIGINS: 'https://a.example, http://localhost:5173/ ,' });
    expect(corsOrigins).toEqual(['https://a.example', 'http://localhost:5173']);
  });
});

it.each(['4', '15'])('takes the bcrypt cost %s', (cost) => {
  expect(parseEnv({ BCRYPT_COST: cost }).bcryptCost).toBe(Number(cost));
});

it('stores the address of the first admin as sign-in looks it up', () => {
  expect(parseEnv({ ADMIN_EMAIL: ' Root@Example.COM ' }).adminEmail).toBe('root@example.com');
});

it.each([
  ['API_KEY_PREFIX', ['ab', 'a'.repeat(16)], ['a', 'a'.repeat(17), '1a']],
  ['ADMIN_PASSWORD', ['x'.repeat(12), 'x'.repeat(128), '🔑'.repeat(12)], ['x'.repeat(11), 'x'.repeat(129)]],
  ['TRUST_PROXY', ['0', '100'], ['101']],
  ['PUBLIC_URL', ['https://x.example', 'https://x.example/'], ['https://x.example/?', 'https://x.example#']],
  ['DATABASE_URL', ['sqlite:100%.db'], ['sqlite:a%2fb.db', 'sqlite:a%fF.db']],
])('takes %s up to its bounds, and nothing beyond them', (name, good, bad) => {
  for (const text of good) expect(() => parseEnv({ [name]: text })).not.toThrow();
  for (const text of bad) expect(() => parseEnv({ [name]: text })).toThrow(name);
});

it('counts a password of the first admin in characters, not in what stores them', () =>
  expect(() => parseEnv({ ADMIN_PASSWORD: '🔑'.repeat(11) })).toThrow('ADMIN_PASSWORD'));

it('drains for five seconds in production', () =>
  expect([parseEnv({}).drainSeconds, parseEnv({ NODE_ENV: 'production' }).drainSeconds]).toEqual([0, 5]));

it('takes a file .env where there is one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chameleon-env-'));
  const before = process.cwd();
  // It would reach the real environment, which Jest keeps apart.
  const load = jest.spyOn(process, 'loadEnvFile').mockReturnValue();
  try {
    process.chdir(folder);
    loadDotEnv();
    expect(load).not.toHaveBeenCalled();
    writeFileSync('.env', '');
    loadDotEnv();
    expect(load).toHaveBeenCalledWith('.env');
  } finally {
    load.mockRestore();
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
});
