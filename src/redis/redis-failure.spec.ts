import { toRedisFailure, isErrorReply, NoReplyError, WrongNodeError } from './redis-failure.js';

/** An answer of Redis as its client hands it on. */
const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });
const withCode = (code: string, message = code) => Object.assign(new Error(message), { code });

it.each([
  // What passes, or what an operator can mend while the service runs.
  ["READONLY You can't write against a read only replica.", 'refusal', false, 'read-only replica'],
  [
    "ERR Error running script (call to f_1): @user_script:68: @user_script: 68: -READONLY You can't write",
    'refusal',
    false,
    'read-only replica',
  ],
  ['MASTERDOWN Link with MASTER is down', 'refusal', false, 'lost its primary'],
  ['LOADING Redis is loading the dataset in memory', 'refusal', false, 'still loading'],
  ['BUSY Redis is busy running a script.', 'refusal', false, 'SCRIPT KILL'],
  ['UNKILLABLE Sorry the script already executed write commands', 'refusal', false, 'SCRIPT KILL'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'refusal', false, 'Redis is full'],
  ['MISCONF Redis is configured to save RDB snapshots', 'refusal', false, "can't save its data"],
  ['NOREPLICAS Not enough good replicas to write.', 'refusal', false, 'too few replicas'],
  ['ERR max number of clients reached', 'refusal', false, 'maxclients'],
  ['ERR something new, script: f_1, on @user_script:3.', 'refusal', false, 'limits: ERR something new.'],
  // What only other settings can mend.
  ['NOAUTH Authentication required.', 'refusal', true, 'asks for a password'],
  ['WRONGPASS invalid username-password pair', 'refusal', true, "doesn't accept the user or password"],
  ['ERR invalid password', 'refusal', true, "doesn't accept the user or password"],
  ["ERR wrong number of arguments for 'auth' command", 'refusal', true, "doesn't accept the user"],
  ["NOPERM this user has no permissions to run the 'eval' command", 'refusal', true, 'lacks a permission'],
  ["The user executing the script can't run this command", 'refusal', true, 'lacks a permission'],
  ['DENIED Redis is running in protected mode', 'refusal', true, 'protected mode'],
  ['ERR DB index is out of range', 'refusal', true, 'number of a database'],
  ['ERR invalid DB index', 'refusal', true, 'number of a database'],
  ["ERR unknown command 'EVALSHA'", 'refusal', true, "can't run the script"],
  ['ERR Write commands not allowed after non deterministic commands.', 'refusal', true, 'Redis 5'],
  ['MOVED 3999 127.0.0.1:6381', 'wrong-node', true, 'Redis Cluster'],
  ['ASK 3999 127.0.0.1:6381', 'wrong-node', true, 'Redis Cluster'],
  ["CROSSSLOT Keys in request don't hash to the same slot", 'wrong-node', true, 'Redis Cluster'],
  ['TRYAGAIN Multiple keys request during rehashing', 'wrong-node', true, 'Redis Cluster'],
  ['CLUSTERDOWN Hash slot not served', 'wrong-node', true, 'Redis Cluster'],
  ['ERR SELECT is not allowed in cluster mode', 'wrong-node', true, 'Redis Cluster'],
])('judges the answer %s', (message, kind, stopsStart, says) => {
  const failure = toRedisFailure(reply(message));
  expect(failure).toEqual({ kind, stopsStart, sentence: expect.stringContaining(says) as unknown });
});

it.each([
  ['Protocol error, got "H" as reply type byte', 'no Redis'],
  ['write EPROTO wrong version number', 'begins with rediss://'],
  ['packet length too long', 'begins with rediss://'],
  ['ssl3_read_bytes: tlsv13 alert certificate required', 'client certificate'],
  ['sslv3 alert handshake failure', 'client certificate'],
])('knows what stands behind a failure of the connection: %s', (message, says) => {
  const sentence = expect.stringContaining(says) as unknown;
  expect(toRedisFailure(new Error(message))).toEqual({ kind: 'refusal', stopsStart: true, sentence });
});

it.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', true],
  ['SELF_SIGNED_CERT_IN_CHAIN', true],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', true],
  ['ERR_TLS_CERT_ALTNAME_INVALID', true],
  ['HOSTNAME_MISMATCH', true],
  // A new certificate, or a clock that is set, helps without a restart.
  ['CERT_HAS_EXPIRED', false],
  ['CERT_NOT_YET_VALID', false],
])('takes the certificate for the trouble: %s', (code, stopsStart) => {
  const sentence = expect.stringMatching(/isn't accepted: why\. .*NODE_EXTRA_CA_CERTS/) as unknown;
  expect(toRedisFailure(withCode(code, 'why'))).toEqual({ kind: 'refusal', stopsStart, sentence });
});

it.each([
  withCode('ECONNREFUSED', 'connect ECONNREFUSED'),
  withCode('ETIMEDOUT', 'connect ETIMEDOUT'),
  new NoReplyError('no answer for 200 ms'),
  // Not an answer, whatever it says.
  new Error('a proxy says: out of order'),
  'a text',
  null,
])('takes everything else for an outage, which passes: %s', (error) => {
  const { kind, stopsStart, sentence } = toRedisFailure(error);
  expect([kind, stopsStart]).toEqual(['outage', false]);
  expect(sentence).toMatch(/^Redis is unreachable: .+\.$/);
});

it('believes a server that says of itself that it is the wrong one', () => {
  expect(toRedisFailure(new WrongNodeError('A sentinel.'))).toEqual({
    kind: 'wrong-node',
    sentence: 'A sentinel.',
    stopsStart: true,
  });
});

it('finds a code only where Redis puts it', () => {
  expect(toRedisFailure(reply('ERR value is not READONLY')).sentence).toMatch(/refuses the script/);
  expect(toRedisFailure(reply('OOMPH')).sentence).toMatch(/refuses the script/);
});

it('tells an answer from a failure of the connection', () => {
  expect(isErrorReply(reply('ERR'))).toBe(true);
  for (const other of [new Error('ERR'), withCode('ECONNRESET'), null, undefined, 'ReplyError'])
    expect(isErrorReply(other)).toBe(false);
});
