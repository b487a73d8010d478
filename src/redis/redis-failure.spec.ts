import { toRedisFailure, isErrorReply, NoReplyError, WrongNodeError } from './redis-failure.js';

/** Returns an error reply of Redis, as ioredis throws it. */
const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });
const withCode = (code: string, message = code) => Object.assign(new Error(message), { code });

it.each([
  // These failures are temporary, or an operator can fix them while the service runs.
  ["READONLY You can't write against a read only replica.", 'unusable', false, 'read-only replica'],
  [
    "ERR Error running script (call to f_1): @user_script:68: @user_script: 68: -READONLY You can't write",
    'unusable',
    false,
    'read-only replica',
  ],
  ['MASTERDOWN Link with MASTER is down', 'unusable', false, 'lost the connection to its primary'],
  ['LOADING Redis is loading the dataset in memory', 'unusable', false, 'still loading'],
  ['BUSY Redis is busy running a script.', 'unusable', false, 'SCRIPT KILL'],
  ['UNKILLABLE Sorry the script already executed write commands', 'unusable', false, 'SCRIPT KILL'],
  [
    "OOM command not allowed when used memory > 'maxmemory'.",
    'unusable',
    false,
    'Redis has run out of memory',
  ],
  ['MISCONF Redis is configured to save RDB snapshots', 'unusable', false, "can't save its data"],
  ['NOREPLICAS Not enough good replicas to write.', 'unusable', false, 'too few replicas'],
  ['ERR max number of clients reached', 'unusable', false, 'maxclients'],
  ['ERR something new, script: f_1, on @user_script:3.', 'unusable', false, 'script: ERR something new.'],
  // Waiting doesn't help with these failures. The settings have to be changed.
  ['NOAUTH Authentication required.', 'unusable', true, 'requires a password'],
  ['WRONGPASS invalid username-password pair', 'unusable', true, "doesn't accept the user or password"],
  ['ERR invalid password', 'unusable', true, "doesn't accept the user or password"],
  ["ERR wrong number of arguments for 'auth' command", 'unusable', true, "doesn't accept the user"],
  ["NOPERM this user has no permissions to run the 'eval' command", 'unusable', true, 'lacks a permission'],
  ["The user executing the script can't run this command", 'unusable', true, 'lacks a permission'],
  ['DENIED Redis is running in protected mode', 'unusable', true, 'protected mode'],
  ['ERR DB index is out of range', 'unusable', true, "database number in REDIS_URL doesn't exist"],
  ['ERR invalid DB index', 'unusable', true, "database number in REDIS_URL doesn't exist"],
  ["ERR unknown command 'EVALSHA'", 'unusable', true, "can't run the rate-limit script"],
  ['ERR Write commands not allowed after non deterministic commands.', 'unusable', true, 'Redis 5'],
  ['MOVED 3999 127.0.0.1:6381', 'wrong-node', true, 'Redis Cluster'],
  ['ASK 3999 127.0.0.1:6381', 'wrong-node', true, 'Redis Cluster'],
  ["CROSSSLOT Keys in request don't hash to the same slot", 'wrong-node', true, 'Redis Cluster'],
  ['TRYAGAIN Multiple keys request during rehashing', 'wrong-node', true, 'Redis Cluster'],
  ['CLUSTERDOWN Hash slot not served', 'wrong-node', true, 'Redis Cluster'],
  ['ERR SELECT is not allowed in cluster mode', 'wrong-node', true, 'Redis Cluster'],
])('classifies the error reply %s', (text, kind, isFatalAtStart, explanation) => {
  const message = expect.stringContaining(explanation) as unknown;
  expect(toRedisFailure(reply(text))).toEqual({ kind, isFatalAtStart, message });
});

it.each([
  ['Protocol error, got "H" as reply type byte', 'not Redis'],
  ['write EPROTO wrong version number', 'begins with rediss://'],
  ['packet length too long', 'begins with rediss://'],
  ['ssl3_read_bytes: tlsv13 alert certificate required', 'client certificate'],
  ['sslv3 alert handshake failure', 'client certificate'],
])('explains the connection error %s', (text, explanation) => {
  const message = expect.stringContaining(explanation) as unknown;
  expect(toRedisFailure(new Error(text))).toEqual({ kind: 'unusable', isFatalAtStart: true, message });
});

it.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', true],
  ['SELF_SIGNED_CERT_IN_CHAIN', true],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', true],
  ['ERR_TLS_CERT_ALTNAME_INVALID', true],
  ['HOSTNAME_MISMATCH', true],
  // Here, a new certificate or a corrected clock solves the problem without a restart.
  ['CERT_HAS_EXPIRED', false],
  ['CERT_NOT_YET_VALID', false],
])('explains the certificate error %s', (code, isFatalAtStart) => {
  const message = expect.stringMatching(/was rejected: why\. .*NODE_EXTRA_CA_CERTS/) as unknown;
  expect(toRedisFailure(withCode(code, 'why'))).toEqual({ kind: 'unusable', isFatalAtStart, message });
});

it.each([
  withCode('ECONNREFUSED', 'connect ECONNREFUSED'),
  withCode('ETIMEDOUT', 'connect ETIMEDOUT'),
  new NoReplyError('no reply for 200 ms'),
  // This error is not an error reply, because it comes from a proxy.
  new Error('a proxy says: out of order'),
  'a string',
  null,
])('classifies other errors as unreachable: %s', (error) => {
  const { kind, isFatalAtStart, message } = toRedisFailure(error);
  expect([kind, isFatalAtStart]).toEqual(['unreachable', false]);
  expect(message).toMatch(/^Redis is unreachable: .+\.$/);
});

it('never starts with a server that reports the wrong mode', () => {
  expect(toRedisFailure(new WrongNodeError('A sentinel.'))).toEqual({
    kind: 'wrong-node',
    message: 'A sentinel.',
    isFatalAtStart: true,
  });
});

it('finds a code only at its position in the reply', () => {
  expect(toRedisFailure(reply('ERR value is not READONLY')).message).toMatch(/can't run the rate-limit/);
  expect(toRedisFailure(reply('OOMPH')).message).toMatch(/can't run the rate-limit/);
});

it('distinguishes error replies from connection errors', () => {
  expect(isErrorReply(reply('ERR'))).toBe(true);
  for (const other of [new Error('ERR'), withCode('ECONNRESET'), null, undefined, 'ReplyError'])
    expect(isErrorReply(other)).toBe(false);
});
