// This file classifies errors from Redis itself, the Redis client and the connection.

/**
 * - `unreachable`: There is no connection or no reply. Redis can recover without a change of the settings.
 * - `unusable`: The server can be reached, but can't run the commands that the rate limits need.
 * - `wrong-node`: REDIS_URL points to a server that must not be used, for example a node of a cluster.
 */
export type RedisFailureKind = 'unreachable' | 'unusable' | 'wrong-node';

export interface RedisFailure {
  readonly kind: RedisFailureKind;
  /** The message for operators. It says what is wrong and how to fix it. */
  readonly message: string;
  /**
   * Whether an operator has to change the settings or the server. If so, waiting doesn't help, so the application must
   * not start.
   */
  readonly isFatalAtStart: boolean;
}

/** The error for a server that is a sentinel or a node of a cluster. */
export class WrongNodeError extends Error {}

/** The error for a command to which Redis did not reply in time. */
export class NoReplyError extends Error {}

type KnownFailure = readonly [
  pattern: RegExp,
  kind: RedisFailureKind,
  isFatalAtStart: boolean,
  message: string,
];

export const CLUSTER_MESSAGE =
  "REDIS_URL points to a Redis Cluster node. Cluster mode isn't supported yet. Use a standalone Redis server.";
const COMMANDS =
  'eval evalsha time lindex llen lpop ltrim lrem rpush pexpire unlink publish subscribe ping info';

/**
 * Matches an error reply by its code. Redis 7 begins the reply with the code. When a script fails, older versions quote
 * the code inside the reply: `ERR Error running script …: -READONLY You can't write …`.
 */
const replyCode = (...codes: string[]) => new RegExp(`(?:^|-)(?:${codes.join('|')})\\b`);

const KNOWN_FAILURES: readonly KnownFailure[] = [
  // These errors occur during and after a failover.
  [
    replyCode('READONLY'),
    'unusable',
    false,
    'This Redis server is a read-only replica. REDIS_URL must point to the primary. After a failover, the service reconnects to the new primary.',
  ],
  [
    replyCode('MASTERDOWN'),
    'unusable',
    false,
    'This Redis server is a replica that has lost the connection to its primary.',
  ],
  // These errors depend on the state of the server.
  [replyCode('LOADING'), 'unusable', false, 'Redis is still loading its data.'],
  [
    replyCode('BUSY', 'UNKILLABLE'),
    'unusable',
    false,
    'Redis is busy running a script. Stop the script with `SCRIPT KILL` or `FUNCTION KILL`.',
  ],
  [replyCode('OOM'), 'unusable', false, 'Redis has run out of memory. Increase maxmemory, or remove keys.'],
  [
    replyCode('MISCONF'),
    'unusable',
    false,
    "Redis can't save its data to disk, so it rejects writes. Check the Redis log for the reason. Often, the disk is full.",
  ],
  [
    replyCode('NOREPLICAS'),
    'unusable',
    false,
    'Redis rejects writes because it has too few replicas (min-replicas-to-write).',
  ],
  [
    /max number of clients/,
    'unusable',
    false,
    'Redis has reached its maximum number of connections (maxclients).',
  ],
  // These errors depend on the settings of this service or of Redis.
  [
    replyCode('NOAUTH'),
    'unusable',
    true,
    'Redis requires a password. Set it in REDIS_URL, for example redis://:password@host.',
  ],
  [
    /(?:^|-)WRONGPASS\b|invalid password|wrong number of arguments for 'auth'/,
    'unusable',
    true,
    "Redis doesn't accept the user or password in REDIS_URL.",
  ],
  [
    /(?:^|-)NOPERM\b|user executing the script can't/,
    'unusable',
    true,
    'The user in REDIS_URL lacks a permission. Grant the user access to the keys and channels that begin with REDIS_PREFIX, and to the commands listed in docs/operations.md, "Share a Redis".',
  ],
  [
    replyCode('DENIED'),
    'unusable',
    true,
    'Redis runs in protected mode and accepts only local connections. Set a password for Redis.',
  ],
  [
    /DB index|invalid DB/,
    'unusable',
    true,
    "The database number in REDIS_URL doesn't exist on this Redis server.",
  ],
  [
    /[Uu]nknown (?:Redis )?command|non deterministic commands/,
    'unusable',
    true,
    `The server in REDIS_URL can't run the rate-limit script. The script requires Redis 5 or newer with these commands: ${COMMANDS}.`,
  ],
  [
    /^Protocol error/,
    'unusable',
    true,
    'REDIS_URL points to a server that is not Redis. Check the host and port.',
  ],
  // These errors concern TLS.
  [
    /wrong version number|packet length too long|record layer failure/i,
    'unusable',
    true,
    "REDIS_URL begins with rediss://, but this port doesn't use TLS. Use redis://, or the TLS port.",
  ],
  [
    /certificate required|handshake failure/i,
    'unusable',
    true,
    "Redis requires a client certificate, which isn't supported. Set `tls-auth-clients no` in Redis.",
  ],
  // These errors concern Redis Cluster.
  [replyCode('MOVED', 'ASK', 'CROSSSLOT', 'TRYAGAIN', 'CLUSTERDOWN'), 'wrong-node', true, CLUSTER_MESSAGE],
  [/SELECT is not allowed in cluster mode/, 'wrong-node', true, CLUSTER_MESSAGE],
];

/** Matches Node's error codes for a certificate that isn't accepted. */
const CERTIFICATE = /^(?:ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/;
/**
 * The error codes for certificates that aren't valid at the current time. A new certificate or a corrected clock solves
 * the problem without a restart.
 */
const CERTIFICATE_TIME = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/**
 * Reads a property of any thrown value. It does not use `instanceof`, because errors of Jest and ioredis may have a
 * different `Error` class.
 */
const member = (error: unknown, name: 'name' | 'code' | 'message'): string =>
  typeof error === 'object' && error !== null && name in error
    ? String((error as Record<string, unknown>)[name])
    : '';

/** Returns whether this is an error reply from Redis. If so, the connection works. */
export const isErrorReply = (error: unknown): error is Error => member(error, 'name') === 'ReplyError';

/** Classifies an error of Redis, of its client or of the connection. */
export function toRedisFailure(error: unknown): RedisFailure {
  const message = member(error, 'message') || String(error);
  if (error instanceof WrongNodeError) return { kind: 'wrong-node', message, isFatalAtStart: true };
  const code = member(error, 'code');
  if (CERTIFICATE.test(code)) {
    return {
      kind: 'unusable',
      message: `The certificate of the Redis server was rejected: ${message}. If you use your own certificate authority, set NODE_EXTRA_CA_CERTS to the path of its certificate file.`,
      isFatalAtStart: !CERTIFICATE_TIME.has(code),
    };
  }
  for (const [pattern, kind, isFatalAtStart, explanation] of KNOWN_FAILURES)
    if (pattern.test(message)) return { kind, message: explanation, isFatalAtStart };
  if (!isErrorReply(error))
    return { kind: 'unreachable', message: `Redis is unreachable: ${message}.`, isFatalAtStart: false };
  // Redis 7 appends the position of the error in the script. This removes it.
  const reason = message.replace(/,? script: .*$/, '');
  return {
    kind: 'unusable',
    message: `Redis can't run the rate-limit script: ${reason}.`,
    isFatalAtStart: false,
  };
}
