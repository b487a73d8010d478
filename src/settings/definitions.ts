import {
  anyText,
  databaseAddress,
  emailAddress,
  firstAdminPassword,
  keyPrefix,
  oneOf,
  origin,
  origins,
  redisPrefix,
  redisUrl,
  securityContact,
  parseInteger,
} from './parsers.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** One environment variable: how it is read, and how the documents show it. */
export interface Setting<T> {
  readonly name: string;
  /** The default, as `.env.example` and docs/configuration.md, "Settings", show it; empty if there is none. */
  readonly shown: string;
  /** One line of why somebody would set it. */
  readonly why: string;
  /** Reads the variable's text. Throws a `InvalidSettingError` that says what it must be. */
  readonly read: (text: string) => T;
  /** The text that stands in when the variable is unset or empty; `null` leaves the setting unset. */
  readonly fallback: (env: Environment) => string | null;
}

const setting = <T>(
  name: string,
  shown: string,
  why: string,
  read: (text: string) => T,
  fallback: (env: Environment) => string = () => shown,
): Setting<T> => ({ name, shown, why, read, fallback });

const optional = <T>(name: string, why: string, read: (text: string) => T): Setting<T | null> => ({
  name,
  shown: '',
  why,
  read,
  fallback: () => null,
});

const limit = parseInteger(1, 1_000_000_000);

/** Every setting. Tests compare `.env.example` and docs/configuration.md, "Settings", with it. */
export const SETTINGS = {
  nodeEnv: setting(
    'NODE_ENV',
    'development',
    '`production` listens on all addresses, logs JSON and expects an https PUBLIC_URL.',
    anyText,
  ),
  port: setting('PORT', '3000', 'The port to listen on. 0 selects a free port.', parseInteger(0, 65_535)),
  host: setting(
    'HOST',
    '127.0.0.1',
    'The address to listen on. 0.0.0.0 with NODE_ENV=production.',
    anyText,
    (env) => (env['NODE_ENV'] === 'production' ? '0.0.0.0' : '127.0.0.1'),
  ),
  publicUrl: setting(
    'PUBLIC_URL',
    'http://localhost:<PORT>',
    'The URL under which browsers and programs reach the service. With https, cookies are Secure.',
    origin,
    // A port that cannot be used is the fault of PORT alone.
    (env) => {
      const url = `http://localhost:${env['PORT'] || '3000'}`;
      return URL.canParse(url) ? url : 'http://localhost:3000';
    },
  ),
  database: setting(
    'DATABASE_URL',
    'sqlite:data/chameleon.db',
    'An SQLite file, mysql://user:password@host/database or mariadb://…. Append ?tls=true to encrypt.',
    databaseAddress,
  ),
  redisUrl: optional(
    'REDIS_URL',
    'Lets several instances share rate limits: redis://host:6379, or rediss://… for TLS.',
    redisUrl,
  ),
  redisPrefix: setting(
    'REDIS_PREFIX',
    'chameleon',
    'The prefix of keys and channels in Redis. Installations that share a Redis need different ones.',
    redisPrefix,
  ),
  adminEmail: setting(
    'ADMIN_EMAIL',
    'admin@chameleon.localhost',
    'The email address of the first admin, who is created when there are no users.',
    emailAddress,
  ),
  adminPassword: optional(
    'ADMIN_PASSWORD',
    "The first admin's password. Without it, a temporary one is generated and shown on the terminal.",
    firstAdminPassword,
  ),
  registration: setting(
    'REGISTRATION',
    'closed',
    '`open` lets anybody create an account.',
    oneOf('closed', 'open'),
  ),
  apiKeyPrefix: setting(
    'API_KEY_PREFIX',
    'chm',
    'The prefix of new keys. Existing keys keep working.',
    keyPrefix,
  ),
  bcryptCost: setting(
    'BCRYPT_COST',
    '10',
    'The cost of a bcrypt hash, 4 to 15. Each step doubles the work.',
    parseInteger(4, 15),
  ),
  maxActiveKeysPerUser: setting(
    'MAX_ACTIVE_KEYS_PER_USER',
    '100',
    'The number of active keys a user can have.',
    limit,
  ),
  maxKeysPerUser: setting(
    'MAX_KEYS_PER_USER',
    '10000',
    'The number of keys a user can have in any state. Then a new key replaces the oldest that ended 30 days ago.',
    limit,
  ),
  rateLimitStandard: setting(
    'RATE_LIMIT_STANDARD',
    '100',
    'Requests per window with the keys of a standard user.',
    limit,
  ),
  rateLimitPremium: setting(
    'RATE_LIMIT_PREMIUM',
    '500',
    'Requests per window with the keys of a premium user.',
    limit,
  ),
  rateLimitAdmin: setting(
    'RATE_LIMIT_ADMIN',
    '1000',
    'Requests per window with the keys of an admin.',
    limit,
  ),
  rateLimitSession: setting(
    'RATE_LIMIT_SESSION',
    '600',
    'Requests per window with a session, for each user.',
    limit,
  ),
  rateLimitAnonymous: setting(
    'RATE_LIMIT_ANONYMOUS',
    '60',
    'Requests per window without a valid credential, for each address.',
    limit,
  ),
  rateLimitWindowSeconds: setting(
    'RATE_LIMIT_WINDOW_SECONDS',
    '60',
    'The length of the window of every limit except `sign-up`.',
    parseInteger(1, 86_400),
  ),
  failedAttemptsLimit: setting(
    'FAILED_ATTEMPTS_LIMIT',
    '20',
    'Invalid keys, and failed sign-ins, per window for each address.',
    limit,
  ),
  corsOrigins: setting(
    'CORS_ORIGINS',
    '',
    'Origins, separated by commas, whose scripts can call `/api` with a key.',
    origins,
  ),
  securityContact: optional(
    'SECURITY_CONTACT',
    'Where to report a vulnerability, for /.well-known/security.txt: mailto:security@example.com or https://….',
    securityContact,
  ),
  trustProxy: setting(
    'TRUST_PROXY',
    '0',
    'The number of proxies in front of the server that append to X-Forwarded-For.',
    parseInteger(0, 100),
  ),
  drainSeconds: setting(
    'DRAIN_SECONDS',
    '0',
    'How long to keep serving after SIGTERM, so that load balancers notice. 5 with NODE_ENV=production.',
    parseInteger(0, 3_600),
    (env) => (env['NODE_ENV'] === 'production' ? '5' : '0'),
  ),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    '`error`, `warn`, `info`, or `debug`, which logs each request.',
    oneOf('error', 'warn', 'info', 'debug'),
  ),
} as const satisfies Record<string, Setting<unknown>>;
