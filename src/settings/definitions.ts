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
  /** The default as `.env.example` and the README print it; empty when there is none. */
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

/** Every setting: contract.md, section 7. `.env.example` and the README's table are tested against it. */
export const SETTINGS = {
  nodeEnv: setting(
    'NODE_ENV',
    'development',
    '`production` listens on all addresses and asks for https.',
    anyText,
  ),
  port: setting('PORT', '3000', 'The port to listen on; 0 takes a free one.', parseInteger(0, 65_535)),
  host: setting(
    'HOST',
    '127.0.0.1',
    'The address to listen on; 0.0.0.0 with NODE_ENV=production.',
    anyText,
    (env) => (env['NODE_ENV'] === 'production' ? '0.0.0.0' : '127.0.0.1'),
  ),
  publicUrl: setting(
    'PUBLIC_URL',
    'http://localhost:<PORT>',
    'Where browsers and programs reach the service; https makes cookies Secure.',
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
    'The embedded SQLite file, or mysql://user:password@host/database, or mariadb://…; ?tls=true encrypts.',
    databaseAddress,
  ),
  redisUrl: optional(
    'REDIS_URL',
    'Lets several instances share exact limits: redis://host:6379, or rediss://… with TLS.',
    redisUrl,
  ),
  redisPrefix: setting(
    'REDIS_PREFIX',
    'chameleon',
    'What keys and channels in Redis begin with; give each installation on one Redis its own.',
    redisPrefix,
  ),
  adminEmail: setting(
    'ADMIN_EMAIL',
    'admin@chameleon.localhost',
    'The first admin, created when there are no users.',
    emailAddress,
  ),
  adminPassword: optional(
    'ADMIN_PASSWORD',
    "The first admin's password; without one, a temporary one is made and shown on the terminal.",
    firstAdminPassword,
  ),
  registration: setting(
    'REGISTRATION',
    'closed',
    '`open` lets anybody create an account for themselves.',
    oneOf('closed', 'open'),
  ),
  apiKeyPrefix: setting(
    'API_KEY_PREFIX',
    'chm',
    'What new keys begin with; older keys go on working.',
    keyPrefix,
  ),
  bcryptCost: setting('BCRYPT_COST', '10', 'How much work one bcrypt hash is, 4 to 15.', parseInteger(4, 15)),
  maxActiveKeysPerUser: setting(
    'MAX_ACTIVE_KEYS_PER_USER',
    '100',
    'How many active keys one user may have.',
    limit,
  ),
  maxKeysPerUser: setting(
    'MAX_KEYS_PER_USER',
    '10000',
    'How many keys one user may have in any state; then the oldest that ended 30 days ago makes room.',
    limit,
  ),
  rateLimitStandard: setting('RATE_LIMIT_STANDARD', '100', 'Key calls a window for a standard user.', limit),
  rateLimitPremium: setting('RATE_LIMIT_PREMIUM', '500', 'Key calls a window for a premium user.', limit),
  rateLimitAdmin: setting('RATE_LIMIT_ADMIN', '1000', 'Key calls a window for an admin.', limit),
  rateLimitSession: setting(
    'RATE_LIMIT_SESSION',
    '600',
    'Calls a window with a session, for each user.',
    limit,
  ),
  rateLimitAnonymous: setting(
    'RATE_LIMIT_ANONYMOUS',
    '60',
    'Calls a window without a caller, for each address.',
    limit,
  ),
  rateLimitWindowSeconds: setting(
    'RATE_LIMIT_WINDOW_SECONDS',
    '60',
    'The length of the sliding window of every limit but `sign-up`.',
    parseInteger(1, 86_400),
  ),
  failedAttemptsLimit: setting(
    'FAILED_ATTEMPTS_LIMIT',
    '20',
    'Bad keys, and failed sign-ins, a window for each address.',
    limit,
  ),
  corsOrigins: setting(
    'CORS_ORIGINS',
    '',
    'Origins, separated by commas, whose scripts may call `/api` with a key, tracing headers included.',
    origins,
  ),
  securityContact: optional(
    'SECURITY_CONTACT',
    'Where to report a weakness, in /.well-known/security.txt: mailto:security@example.com, or https://….',
    securityContact,
  ),
  trustProxy: setting(
    'TRUST_PROXY',
    '0',
    'How many proxies stand in front and append to X-Forwarded-For.',
    parseInteger(0, 100),
  ),
  drainSeconds: setting(
    'DRAIN_SECONDS',
    '0',
    'How long to serve on after SIGTERM, so that balancers notice; 5 with NODE_ENV=production.',
    parseInteger(0, 3_600),
    (env) => (env['NODE_ENV'] === 'production' ? '5' : '0'),
  ),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    'error, warn, info, or debug with a line for each request.',
    oneOf('error', 'warn', 'info', 'debug'),
  ),
} as const satisfies Record<string, Setting<unknown>>;
