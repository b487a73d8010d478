import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '../../src/common/clock.js';
import { parseEnv } from '../../src/settings/index.js';
import { InvalidationFeed } from '../../src/invalidation/index.js';
import { WindowStorage } from '../../src/modules/rate-limit/index.js';
import { requestPolicy } from '../../src/modules/rate-limit/policies.js';
import { RedisWindowStorage } from '../../src/modules/rate-limit/windows/redis-window.storage.js';
import { RedisLink } from '../../src/redis/index.js';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { LogLines } from '../support/log-lines.js';
import { PrivateService } from '../support/private-services.js';
import { section } from '../support/documents.js';
import { describeWithRedis, PrivateRedis } from '../support/redis.js';
import { freePort, ServerProcess } from '../support/server-process.js';

/** Listens until `close`, as a server that is no Redis. */
async function listening(server: Server): Promise<{ url: string; close(): void }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `redis://127.0.0.1:${port}`, close: () => server.close() };
}

/** The part of the server that a Redis can hold up, as it starts; the caller ends it. */
async function startWith(url: string): Promise<RedisLink> {
  const settings = parseEnv({ REDIS_URL: url });
  const clock = new SystemClock();
  const link = new RedisLink(settings, clock);
  new RedisWindowStorage(link, settings, clock);
  await link.onModuleInit();
  return link;
}

describeWithRedis('a start with a Redis', () => {
  let folder: string;
  let redis: PrivateRedis | null = null;
  let log: LogLines;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chameleon-test-'));
    log = LogLines.record();
  });

  afterEach(async () => {
    log.stop();
    await redis?.remove();
    redis = null;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Expects that the server does not start, for this reason, which nothing secret stands in. */
  async function expectStartFailure(url: string, sentence: RegExp): Promise<void> {
    const refusal = await startWith(url).then(
      () => 'started',
      (error: Error) => error.message,
    );
    expect(refusal).toMatch(sentence);
    expect(refusal).not.toContain('hunter2');
    // The reason is said once, as the end of the start.
    expect(log.lines).toEqual([]);
  }

  /** Expects a start that goes on without Redis. */
  async function expectDegraded(url: string, line: RegExp): Promise<void> {
    const link = await startWith(url);
    expect(link.isDegraded).toBe(true);
    expect(log.lines.splice(0)).toEqual([expect.stringMatching(line)]);
    link.onApplicationShutdown();
  }

  it('that cannot be used ends the server with the reason as its last line', async () => {
    redis = await PrivateRedis.start('--cluster-enabled', 'yes');
    const server = await ServerProcess.spawn(folder, {
      DATABASE_URL: `sqlite:${join(folder, 'keys.db')}`,
      ADMIN_PASSWORD: 'a long enough password',
      REDIS_URL: redis.url(),
    });
    expect(await server.exit()).toBe(1);
    expect(server.stderr.trimEnd()).toMatch(
      /^The server cannot run: .*Redis Cluster.*isn't supported yet.*$/,
    );
    expect(server.output.match(/Redis/g)).toHaveLength(2);
  });

  it.each([
    ['without slots', []],
    ['with all slots', [0, 16_383]],
  ])('that is a node of a cluster %s is refused', async (_name, slots) => {
    redis = await PrivateRedis.start('--cluster-enabled', 'yes');
    if (slots.length > 0) await redis.admin.call('CLUSTER', 'ADDSLOTSRANGE', ...slots);
    await expectStartFailure(redis.url(), /node of a Redis Cluster.*isn't supported yet/);
  });

  it('that is a node of a cluster, of which the user may not ask, is refused', async () => {
    redis = await PrivateRedis.start('--cluster-enabled', 'yes');
    await redis.admin.call('ACL', 'SETUSER', 'me', 'on', '>hunter2', '~*', '&*', '+@all', '-info');
    await expectStartFailure(redis.url('me:hunter2'), /node of a Redis Cluster/);
  });

  it.each([
    ['asks for a password', '', /requires a password/],
    ['has another password', ':hunter2', /doesn't accept the user or password/],
    ['does not know the user', 'nobody:hunter2', /doesn't accept the user or password/],
  ])('that %s is refused', async (_name, credentials, sentence) => {
    redis = await PrivateRedis.start('--requirepass', 'another');
    await expectStartFailure(redis.url(credentials), sentence);
  });

  it('whose user has only the permissions that docs/operations.md lists works, messages too', async () => {
    redis = await PrivateRedis.start();
    const command = /^ACL (SETUSER .*)$/m.exec(section('docs/operations.md', 'Share a Redis'))![1]!;
    await redis.admin.call('ACL', ...command.split(' '));
    const app = await TestApp.start(DATABASES[0]!, {
      env: { REDIS_URL: redis.url('chameleon:password'), RATE_LIMIT_WINDOW_SECONDS: '1' },
    });
    log = LogLines.record();
    // Each command of the script runs: so many calls leave the window at once, and one key holds junk.
    const storage = app.nest.get(WindowStorage);
    const budget = (key: string) => ({
      policy: requestPolicy('standard', 100, 1),
      key,
      isKnownSubject: true,
    });
    const take = (key: string) => storage.take(budget(key));
    await Promise.all(Array.from({ length: 70 }, async () => take('many')));
    await redis.admin.set('chameleon:window:junk', 'junk');
    await take('junk');
    await sleep(1_050);
    expect(await take('many')).toMatchObject({ totalHits: 1 });
    await (await storage.takeReturnable(budget('many'))).giveBack();
    expect(await storage.peek(budget('many'))).toMatchObject({ totalHits: 1 });
    expect(log.lines.splice(0)).toEqual([expect.stringMatching(/window:junk held something/)]);

    const { key, id } = await app.createCaller();
    const hintArrives = new Promise(
      (resolve) => (app.nest.get(InvalidationFeed).hint = () => resolve('heard')),
    );
    await app.http.post(`/api/v1/api-keys/${id}/revoke`).set('X-API-Key', key).expect(200);
    expect(await hintArrives).toBe('heard');
    expect((await app.http.get('/health/ready')).body).toMatchObject({ status: 'ok' });
    expect(log.lines).toEqual([]);
    await app.stop();
  });

  it.each([
    ['the commands', ['~*', '+@all', '-eval', '-evalsha']],
    ['the keys', ['~other:*', '+@all']],
    ['writing', ['~*', '+@all', '-@write']],
  ])('whose user may not use %s is refused', async (_name, rules) => {
    redis = await PrivateRedis.start();
    await redis.admin.call('ACL', 'SETUSER', 'me', 'on', '>hunter2', '&*', ...rules);
    await expectStartFailure(redis.url('me:hunter2'), /lacks a permission/);
  });

  it('that does not know a command of the script is refused', async () => {
    redis = await PrivateRedis.start('--rename-command', 'EVALSHA', '');
    await expectStartFailure(redis.url(), /can't run the rate-limit script\. It requires Redis 5 or newer/);
  });

  it('that has no database of this number is refused, instead of using the first one', async () => {
    redis = await PrivateRedis.start();
    await expectStartFailure(`${redis.url()}/99`, /doesn't have a database/);
    expect(await redis.admin.dbsize()).toBe(0);
  });

  it('that is a sentinel is refused', async () => {
    const sentinel = await PrivateService.sentinel();
    await sentinel.start();
    await expectStartFailure(`redis://127.0.0.1:${sentinel.port}`, /Redis Sentinel/);
    await sentinel.remove();
  });

  it('that is no Redis is refused', async () => {
    const web = await listening(createServer((_request, response) => response.end('hello')));
    await expectStartFailure(web.url, /not Redis/);
    web.close();
    // A server that speaks first, as MySQL does.
    const greeting = await listening(createTcpServer((socket) => socket.end('\x4a\0\0\0\x0a5.5.5-10.11\0')));
    await expectStartFailure(greeting.url, /not Redis/);
    greeting.close();
  });

  describe('over TLS', () => {
    const certificate = () => join(folder, 'cert.pem');

    /** A Redis with a certificate for this host that it made itself; returns its URL for localhost. */
    async function startWithTls(host: string, ...more: string[]): Promise<string> {
      const key = join(folder, 'key.pem');
      const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
      const files = ['-keyout', key, '-out', certificate()];
      const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
      execFileSync('openssl', ['req', ...kind, ...subject, ...files], { stdio: 'ignore' });
      const port = await freePort();
      const tls = ['--tls-port', String(port), '--tls-cert-file', certificate(), '--tls-key-file', key];
      redis = await PrivateRedis.start(...tls, '--tls-ca-cert-file', certificate(), ...more);
      return `rediss://localhost:${port}`;
    }

    /** The server in a process of its own, as only its environment says whom Node trusts. */
    const spawn = (url: string) =>
      ServerProcess.spawn(folder, {
        DATABASE_URL: `sqlite:${join(folder, 'keys.db')}`,
        ADMIN_PASSWORD: 'a long enough password',
        REDIS_URL: url,
        NODE_EXTRA_CA_CERTS: certificate(),
      });

    it('whose certificate nobody vouches for is refused', async () => {
      const url = await startWithTls('localhost', '--tls-auth-clients', 'no');
      await expectStartFailure(url, /certificate of Redis isn't accepted.*NODE_EXTRA_CA_CERTS/);
    });

    it.each([
      ['has a certificate of another host', 'other.example', ['--tls-auth-clients', 'no'], /altnames/],
      ['asks for a client certificate', 'localhost', [], /client certificate, which isn't supported/],
    ])('that %s is refused', async (_name, host, more, sentence) => {
      const server = await spawn(await startWithTls(host, ...more));
      expect(await server.exit()).toBe(1);
      expect(server.stderr).toMatch(sentence);
    });

    it('that is right is used', async () => {
      const server = await spawn(await startWithTls('localhost', '--tls-auth-clients', 'no'));
      await server.ready();
      const response = await fetch(`${server.url}/health/ready`);
      expect(await response.json()).toEqual({ status: 'ok', checks: { database: 'ok', redis: 'ok' } });
      expect(await server.kill()).toBe(0);
    });

    it('that is meant without TLS, or the other way round, says what to try', async () => {
      const url = await startWithTls('localhost', '--tls-auth-clients', 'no');
      await expectDegraded(url.replace('rediss:', 'redis:'), /closed at once \(a port with TLS needs rediss/);
      const silent = await listening(createTcpServer());
      await expectDegraded(silent.url.replace('redis:', 'rediss:'), /a port without TLS needs redis:/);
      silent.close();
      const web = await listening(createServer());
      await expectStartFailure(web.url.replace('redis:', 'rediss:'), /doesn't use TLS/);
      web.close();
    });
  });

  it('that is not there goes on without it', async () => {
    await expectDegraded(
      `redis://127.0.0.1:${await freePort()}`,
      /Redis is unreachable: connect ECONNREFUSED/,
    );
    await expectDegraded('redis://redis.invalid:6379', /Redis is unreachable: getaddrinfo/);
  });

  it('that hangs goes on without it', async () => {
    redis = await PrivateRedis.start();
    redis.service.hang();
    await expectDegraded(redis.url(), /Redis is unreachable: no reply/);
  });

  it('that takes connections and never says a word goes on without it', async () => {
    const silent = await listening(createTcpServer());
    await expectDegraded(silent.url, /Redis is unreachable: no reply/);
    silent.close();
  });

  it('that refuses what may be right again in a moment goes on without it', async () => {
    redis = await PrivateRedis.start('--maxmemory-policy', 'noeviction');
    await redis.admin.call('REPLICAOF', '127.0.0.1', String(redis.port));
    await expectDegraded(redis.url(), /read-only replica/);
    await redis.admin.call('REPLICAOF', 'NO', 'ONE');
    await redis.admin.config('SET', 'maxmemory', '1');
    await expectDegraded(redis.url(), /Redis is full/);
  });

  it('that comes back is used', async () => {
    redis = await PrivateRedis.start();
    await redis.service.kill();
    const link = await startWith(redis.url());
    expect(link.isDegraded).toBe(true);
    await redis.service.start();
    await eventually('it is used', () => !link.isDegraded, 3_000);
    expect(log.lines.slice(1)).toEqual(['Redis works again.']);
    link.onApplicationShutdown();
  });

  it('that would forget limits when it is full is told so once', async () => {
    redis = await PrivateRedis.start('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
    const link = await startWith(redis.url());
    await redis.admin.client('KILL', 'TYPE', 'normal');
    await eventually('the connection is back', () => log.about(/restored/).length === 1);
    expect(log.about(/deletes rate-limit counters \(maxmemory-policy allkeys-lru\)/)).toHaveLength(1);
    link.onApplicationShutdown();
  });
});
