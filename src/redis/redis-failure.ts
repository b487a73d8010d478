// Every error of Redis is judged here, so that the whole server sees the same three kinds of failure.

/**
 * - `outage`: no connection or no answer; it passes without anybody touching the settings.
 * - `refusal`: the server answers, but doesn't do what the limits need.
 * - `wrong-node`: the address leads to a server that isn't the one to use, such as a node of a cluster.
 */
export type RedisFailureKind = 'outage' | 'refusal' | 'wrong-node';

export interface RedisFailure {
  readonly kind: RedisFailureKind;
  /** What is wrong and what helps, for operators. */
  readonly sentence: string;
  /** Waiting can't help: only other settings or a change of the server can. Then a start is refused. */
  readonly stopsStart: boolean;
}

/** A server that answers, and says of itself that it is not the one to use. */
export class WrongNodeError extends Error {}

/** Redis took a command and didn't answer. */
export class NoReplyError extends Error {}

/** What makes Redis stop answering passes by itself; what makes it refuse may need somebody. */
type Known = readonly [pattern: RegExp, kind: RedisFailureKind, stopsStart: boolean, sentence: string];

export const CLUSTER_SENTENCE =
  "REDIS_URL leads to a node of a Redis Cluster. Cluster isn't supported yet: use a Redis that runs on its own.";
const COMMANDS = 'eval evalsha time lindex llen lpop ltrim rpush pexpire unlink publish subscribe ping info';

/**
 * Redis 7 begins an answer with the code; older ones quote it in the middle when a script failed, as in
 * `ERR Error running script …: -READONLY You can't write …`.
 */
const answer = (...codes: string[]) => new RegExp(`(?:^|-)(?:${codes.join('|')})\\b`);

const KNOWN: readonly Known[] = [
  // A failover, or one that is under way.
  [
    answer('READONLY'),
    'refusal',
    false,
    'This Redis is a read-only replica. REDIS_URL must lead to the primary; after a failover the connection follows it.',
  ],
  [answer('MASTERDOWN'), 'refusal', false, 'This Redis is a replica that has lost its primary.'],
  // The state of the server.
  [answer('LOADING'), 'refusal', false, 'Redis is still loading its data.'],
  [
    answer('BUSY', 'UNKILLABLE'),
    'refusal',
    false,
    'Redis is busy with a script. `SCRIPT KILL` or `FUNCTION KILL` ends it.',
  ],
  [answer('OOM'), 'refusal', false, 'Redis is full. Give it more memory (maxmemory), or remove keys.'],
  [
    answer('MISCONF'),
    'refusal',
    false,
    "Redis can't save its data, so it refuses writes. Its log says why; often the disk is full.",
  ],
  [
    answer('NOREPLICAS'),
    'refusal',
    false,
    'Redis refuses writes because it has too few replicas (min-replicas-to-write).',
  ],
  [/max number of clients/, 'refusal', false, 'Redis takes no more connections (maxclients).'],
  // The settings, or the server's.
  [
    answer('NOAUTH'),
    'refusal',
    true,
    'Redis asks for a password. Set it in REDIS_URL, as in redis://:password@host.',
  ],
  [
    /(?:^|-)WRONGPASS\b|invalid password|wrong number of arguments for 'auth'/,
    'refusal',
    true,
    "Redis doesn't accept the user or password in REDIS_URL.",
  ],
  [
    /(?:^|-)NOPERM\b|user executing the script can't/,
    'refusal',
    true,
    "The user in REDIS_URL lacks a permission. Grant it the keys and channels that begin with REDIS_PREFIX, and the commands that README's “Share a Redis” lists.",
  ],
  [
    answer('DENIED'),
    'refusal',
    true,
    'Redis runs in protected mode and takes local connections only. Set a password there.',
  ],
  [
    /DB index|invalid DB/,
    'refusal',
    true,
    "REDIS_URL ends with the number of a database that this Redis doesn't have.",
  ],
  [
    /[Uu]nknown (?:Redis )?command|non deterministic commands/,
    'refusal',
    true,
    `This server can't run the script of the limits. It takes Redis 5 or newer, with these commands: ${COMMANDS}.`,
  ],
  [
    /^Protocol error/,
    'refusal',
    true,
    'REDIS_URL leads to a server that is no Redis. Check its host and port.',
  ],
  // The connection's TLS.
  [
    /wrong version number|packet length too long|record layer failure/i,
    'refusal',
    true,
    "REDIS_URL begins with rediss://, but this server doesn't speak TLS there. Use redis://, or its port for TLS.",
  ],
  [
    /certificate required|handshake failure/i,
    'refusal',
    true,
    "Redis asks for a client certificate, which isn't supported. Set `tls-auth-clients no` there.",
  ],
  // Cluster.
  [answer('MOVED', 'ASK', 'CROSSSLOT', 'TRYAGAIN', 'CLUSTERDOWN'), 'wrong-node', true, CLUSTER_SENTENCE],
  [/SELECT is not allowed in cluster mode/, 'wrong-node', true, CLUSTER_SENTENCE],
];

/** Codes by which Node tells that a certificate was not accepted. */
const CERTIFICATE = /^(?:ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/;
/** Those that pass, or come, with time alone. */
const CERTIFICATE_TIME = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** Not every error is an instance of this module's `Error`, so only members are looked at. */
const member = (error: unknown, name: 'name' | 'code' | 'message'): string =>
  typeof error === 'object' && error !== null && name in error
    ? String((error as Record<string, unknown>)[name])
    : '';

/** Whether Redis answered with an error, which says nothing about the connection. */
export const isErrorReply = (error: unknown): error is Error => member(error, 'name') === 'ReplyError';

/** What an error of Redis, of its client or of the connection means. */
export function toRedisFailure(error: unknown): RedisFailure {
  const message = member(error, 'message') || String(error);
  if (error instanceof WrongNodeError) return { kind: 'wrong-node', sentence: message, stopsStart: true };
  const code = member(error, 'code');
  if (CERTIFICATE.test(code)) {
    const sentence = `The certificate of Redis isn't accepted: ${message}. For a private authority set NODE_EXTRA_CA_CERTS.`;
    return { kind: 'refusal', sentence, stopsStart: !CERTIFICATE_TIME.has(code) };
  }
  for (const [pattern, kind, stopsStart, sentence] of KNOWN)
    if (pattern.test(message)) return { kind, sentence, stopsStart };
  if (!isErrorReply(error)) return outage(message);
  // Redis 7 adds in which line of the script it was.
  const reason = message.replace(/,? script: .*$/, '');
  return {
    kind: 'refusal',
    sentence: `Redis refuses the script of the limits: ${reason}.`,
    stopsStart: false,
  };
}

const outage = (message: string): RedisFailure => ({
  kind: 'outage',
  sentence: `Redis is unreachable: ${message}.`,
  stopsStart: false,
});
