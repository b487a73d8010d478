import { parseDatabaseUrl } from './database-url.js';
import {
  parseText,
  parseEmail,
  parseFirstAdminPassword,
  parseKeyPrefix,
  parseChoice,
  parseOrigin,
  parseOrigins,
  parseRedisPrefix,
  parseRedisUrl,
  parseSecurityContact,
  parseInteger,
} from './parsers.js';
import { defineOptionalSetting, defineSetting, type Setting } from './setting.js';

const limit = parseInteger(1, 1_000_000_000);

/** All settings. Tests compare this list with `.env.example` and docs/configuration.md, "Settings". */
export const SETTINGS = {
  nodeEnv: defineSetting(
    'NODE_ENV',
    'development',
    'With `production`, the server listens on all addresses, writes logs as JSON, and warns if PUBLIC_URL is not an https URL.',
    parseText,
  ),
  port: defineSetting(
    'PORT',
    '3000',
    'The port to listen on. 0 selects a free port.',
    parseInteger(0, 65_535),
  ),
  host: defineSetting(
    'HOST',
    '127.0.0.1',
    'The address to listen on. With NODE_ENV=production, the default is 0.0.0.0.',
    parseText,
    (env) => (env['NODE_ENV'] === 'production' ? '0.0.0.0' : '127.0.0.1'),
  ),
  publicUrl: defineSetting(
    'PUBLIC_URL',
    'http://localhost:<PORT>',
    'The URL where browsers and programs reach the service. With an https URL, cookies have the Secure attribute.',
    parseOrigin,
    // If PORT is invalid, this function still returns a valid URL, so that only PORT is reported as invalid.
    (env) => {
      const url = `http://localhost:${env['PORT'] || '3000'}`;
      return URL.canParse(url) ? url : 'http://localhost:3000';
    },
  ),
  database: defineSetting(
    'DATABASE_URL',
    'sqlite:data/chameleon.db',
    'The database URL: sqlite:path/to/file or mysql://user:password@host/database (or mariadb:// instead of mysql://). To encrypt a MySQL or MariaDB connection, append ?tls=true.',
    parseDatabaseUrl,
  ),
  redisUrl: defineOptionalSetting(
    'REDIS_URL',
    'The Redis server that instances use to share rate limits: redis://host:6379, or rediss://… for TLS.',
    parseRedisUrl,
  ),
  redisPrefix: defineSetting(
    'REDIS_PREFIX',
    'chameleon',
    'The prefix for keys and channels in Redis. Installations that share a Redis server need different prefixes.',
    parseRedisPrefix,
  ),
  adminEmail: defineSetting(
    'ADMIN_EMAIL',
    'admin@chameleon.localhost',
    'The email address of the first admin. The server creates this user if there are no users.',
    parseEmail,
  ),
  adminPassword: defineOptionalSetting(
    'ADMIN_PASSWORD',
    "The first admin's password. If you don't set it, the server generates a temporary password.",
    parseFirstAdminPassword,
  ),
  registration: defineSetting(
    'REGISTRATION',
    'closed',
    'With `open`, anyone can create an account. With `closed`, only admins can create accounts.',
    parseChoice('closed', 'open'),
  ),
  apiKeyPrefix: defineSetting(
    'API_KEY_PREFIX',
    'chm',
    'The prefix for new keys. Existing keys with other prefixes keep working.',
    parseKeyPrefix,
  ),
  bcryptCost: defineSetting(
    'BCRYPT_COST',
    '10',
    'The bcrypt cost, from 4 to 15. Each increase by 1 doubles the time that a hash takes.',
    parseInteger(4, 15),
  ),
  maxActiveKeysPerUser: defineSetting(
    'MAX_ACTIVE_KEYS_PER_USER',
    '100',
    'The maximum number of active keys per user.',
    limit,
  ),
  maxKeysPerUser: defineSetting(
    'MAX_KEYS_PER_USER',
    '10000',
    'The maximum number of keys per user, including revoked and expired keys. At the limit, each new key replaces the oldest key that was revoked or expired at least 30 days ago.',
    limit,
  ),
  rateLimitStandard: defineSetting(
    'RATE_LIMIT_STANDARD',
    '100',
    'The maximum number of requests per window for a standard user, counted across all their keys.',
    limit,
  ),
  rateLimitPremium: defineSetting(
    'RATE_LIMIT_PREMIUM',
    '500',
    'The maximum number of requests per window for a premium user, counted across all their keys.',
    limit,
  ),
  rateLimitAdmin: defineSetting(
    'RATE_LIMIT_ADMIN',
    '1000',
    'The maximum number of requests per window for an admin, counted across all their keys.',
    limit,
  ),
  rateLimitSession: defineSetting(
    'RATE_LIMIT_SESSION',
    '600',
    'The maximum number of requests per window for a signed-in user, counted across all their sessions.',
    limit,
  ),
  rateLimitAnonymous: defineSetting(
    'RATE_LIMIT_ANONYMOUS',
    '60',
    'The maximum number of requests per window that one IP address can make without a valid credential.',
    limit,
  ),
  rateLimitWindowSeconds: defineSetting(
    'RATE_LIMIT_WINDOW_SECONDS',
    '60',
    'The length of the rate limit window, in seconds. The `sign-up` window is always one hour.',
    parseInteger(1, 86_400),
  ),
  failedAttemptsLimit: defineSetting(
    'FAILED_ATTEMPTS_LIMIT',
    '20',
    'The maximum number of invalid keys per window that one IP address can send. Wrong passwords have a separate limit of the same size.',
    limit,
  ),
  corsOrigins: defineSetting(
    'CORS_ORIGINS',
    '',
    'A comma-separated list of the web origins whose scripts can call `/api` with a key.',
    parseOrigins,
  ),
  docs: defineSetting(
    'DOCS',
    'on',
    'With `on`, the server serves the OpenAPI document at /api/openapi.json and Swagger UI at /api/docs. With `off`, both paths return 404.',
    parseChoice('on', 'off'),
  ),
  securityContact: defineOptionalSetting(
    'SECURITY_CONTACT',
    'The contact for vulnerability reports in /.well-known/security.txt, for example mailto:security@example.com or an https URL.',
    parseSecurityContact,
  ),
  trustProxy: defineSetting(
    'TRUST_PROXY',
    '0',
    'The number of proxies in front of the server that append to the X-Forwarded-For header.',
    parseInteger(0, 100),
  ),
  drainSeconds: defineSetting(
    'DRAIN_SECONDS',
    '0',
    'The number of seconds that the server keeps serving requests after SIGTERM, so that load balancers have time to notice the shutdown. With NODE_ENV=production, the default is 5.',
    parseInteger(0, 3_600),
    (env) => (env['NODE_ENV'] === 'production' ? '5' : '0'),
  ),
  logLevel: defineSetting(
    'LOG_LEVEL',
    'info',
    'The minimum log level: `error`, `warn`, `info` or `debug`. With `debug`, each request is also logged.',
    parseChoice('error', 'warn', 'info', 'debug'),
  ),
} as const satisfies Record<string, Setting<unknown>>;
