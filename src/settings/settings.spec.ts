import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { settingProblems } from '../../test/support/setting-problems.js';
import { loadDotEnv, parseEnv, SETTINGS, type Settings } from './index.js';

it('has the documented defaults', () => {
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
    docs: 'on',
    securityContact: null,
    trustProxy: 0,
    drainSeconds: 0,
    logLevel: 'info',
  };
  expect(parseEnv({})).toEqual(expected);
});

it('treats an empty variable as unset', () => {
  const empty = Object.fromEntries(Object.values(SETTINGS).map(({ name }) => [name, '']));
  expect(parseEnv(empty)).toEqual(parseEnv({}));
});

it('documents each default in the form that it parses', () => {
  for (const { name, shown } of Object.values(SETTINGS)) {
    if (shown === '' || shown.includes('<')) continue;
    expect(parseEnv({ [name]: shown })).toEqual(parseEnv({}));
  }
});

it('returns immutable settings', () => {
  const settings = parseEnv({ CORS_ORIGINS: 'https://a.example' });
  expect(() => Object.assign(settings, { port: 1 })).toThrow(TypeError);
  expect(() => Object.assign(settings.database, { path: 'x' })).toThrow(TypeError);
  expect(() => (settings.corsOrigins as string[]).push('x')).toThrow(TypeError);
});

it('listens on all addresses in production, unless HOST is set', () => {
  expect(parseEnv({ NODE_ENV: 'production' }).host).toBe('0.0.0.0');
  expect(parseEnv({ NODE_ENV: 'production', HOST: '::1' }).host).toBe('::1');
  expect(parseEnv({ NODE_ENV: 'test' }).host).toBe('127.0.0.1');
});

it('derives the public URL from the port', () => {
  expect(parseEnv({ PORT: '8080' }).publicUrl).toBe('http://localhost:8080');
  expect(parseEnv({ PORT: '8080', PUBLIC_URL: 'https://keys.example.com/' }).publicUrl).toBe(
    'https://keys.example.com',
  );
});

it('drains for 5 seconds in production', () =>
  expect([parseEnv({}).drainSeconds, parseEnv({ NODE_ENV: 'production' }).drainSeconds]).toEqual([0, 5]));

it('lists all problems at once, each with its variable', () => {
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
  expect(settingProblems(env).map((problem) => problem.split(' ')[0])).toEqual(Object.keys(env));
  expect(() => parseEnv(env)).toThrow(/PORT must be a whole number from 0 to 65535\n.*\n.*DATABASE_URL must/);
});

it('reports an invalid port only once', () => {
  expect(settingProblems({ PORT: 'http' })).toEqual(['PORT must be a whole number from 0 to 65535']);
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
])('does not show values, which may be secret: %j', (env) => {
  const problems = settingProblems(env);
  expect(problems).toHaveLength(1);
  expect(problems.join()).not.toContain('hunter2');
});

it('loads the .env file if it exists', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chameleon-env-'));
  const before = process.cwd();
  // The real `loadEnvFile` would change the environment of the Jest process.
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
