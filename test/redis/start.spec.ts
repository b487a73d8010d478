import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '../../src/common/clock.js';
import { parseEnv } from '../../src/settings/index.js';
import { InvalidationFeedReader } from '../../src/invalidation/index.js';
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

/** A TCP server that is not a Redis; it listens until `close`. */
async function listening(server: Server): Promise<{ url: string; close(): void }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `redis://127.0.0.1:${port}`, close: () => server.close() };
}

/** Starts the part of the server that depends on Redis; the test stops it. */
async function startWith(url: string): Promise<RedisLink> {
  const settings = parseEnv({ REDIS_URL: url });
  const clock = new SystemClock();
  const link = new RedisLink(settings, clock);
  new RedisWindowStorage(link, settings, clock);
  await link.onModuleInit();
  return link;
}

describeWithRedis('a start with Redis', () => {
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

  /** Expects the start to fail for this reason, without revealing secrets. */
  async function expectStartFailure(url: string, sentence: RegExp): Promise<void> {
    const refusal = await startWith(url).then(
      () => 'started',
      (error: Error) => error.message,
    );
    expect(refusal).toMatch(sentence);
    expect(refusal).not.toContain('hunter2');
    // The reason is logged once, as the error of the start.
    expect(log.lines).toEqual([]);
  }

  /** Expects the start to succeed without Redis. */
  async function expectDegraded(url: string, line: RegExp): Promise<void> {
    const link = await startWith(url);
    expect(link.isDegraded).toBe(true);
    expect(log.lines.splice(0)).toEqual([expect.stringMatching(line)]);
    link.onApplicationShutdown();
  }

  it('fails with the reason in the last line if Redis cannot be used', async () => {
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
  ])('fails if Redis is a cluster node %s', async (_name, slots) => {
    redis = await PrivateRedis.start('--cluster-enabled', 'yes');
    if (slots.length > 0) await redis.admin.call('CLUSTER', 'ADDSLOTSRANGE', ...slots);
    await expectStartFailure(redis.url(), /Redis Cluster node.*isn't supported yet/);
  });

  it('fails if Redis is a cluster node and hides its mode from the user', async () => {
    redis = await PrivateRedis.start('--cluster-enabled', 'yes');
    await redis.admin.call('ACL', 'SETUSER', 'me', 'on', '>hunter2', '~*', '&*', '+@all', '-info');
    await expectStartFailure(redis.url('me:hunter2'), /Redis Cluster node/);
  });

  it.each([
    ['requires a password', '', /requires a password/],
    ['has another password', ':hunter2', /doesn't accept the user or password/],
    ['does not know the user', 'nobody:hunter2', /doesn't accept the user or password/],
  ])('fails if Redis %s', async (_name, credentials, sentence) => {
    redis = await PrivateRedis.start('--requirepass', 'another');
    await expectStartFailure(redis.url(credentials), sentence);
  });

  it('works if the user has exactly the permissions in docs/operations.md, including messages', async () => {
    redis = await PrivateRedis.start();
    const command = /^ACL (SETUSER .*)$/m.exec(section('docs/operations.md', 'Share a Redis'))![1]!;
    await redis.admin.call('ACL', ...command.split(' '));
    const app = await TestApp.start(DATABASES[0]!, {
      env: { REDIS_URL: redis.url('chameleon:password'), RATE_LIMIT_WINDOW_SECONDS: '1' },
    });
    log = LogLines.record();
    // Runs each command of the script: many requests leave the window at once, and one key contains junk.
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
    expect(log.lines.splice(0)).toEqual([
      expect.stringMatching(/window:junk did not contain a valid rate-limit window/),
    ]);

    const { key, id } = await app.createCaller();
    const hintArrives = new Promise(
      (resolve) => (app.nest.get(InvalidationFeedReader).hint = () => resolve('heard')),
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
  ])('fails if the user may not use %s', async (_name, rules) => {
    redis = await PrivateRedis.start();
    await redis.admin.call('ACL', 'SETUSER', 'me', 'on', '>hunter2', '&*', ...rules);
    await expectStartFailure(redis.url('me:hunter2'), /lacks a permission/);
  });

  it('fails if Redis does not know a command of the script', async () => {
    redis = await PrivateRedis.start('--rename-command', 'EVALSHA', '');
    await expectStartFailure(
      redis.url(),
      /can't run the rate-limit script\. The script requires Redis 5 or newer/,
    );
  });

  it('fails if Redis lacks the database number of the URL, instead of using database 0', async () => {
    redis = await PrivateRedis.start();
    await expectStartFailure(`${redis.url()}/99`, /database number in REDIS_URL doesn't exist/);
    expect(await redis.admin.dbsize()).toBe(0);
  });

  it('fails with a sentinel', async () => {
    const sentinel = await PrivateService.sentinel();
    await sentinel.start();
    await expectStartFailure(`redis://127.0.0.1:${sentinel.port}`, /Redis Sentinel/);
    await sentinel.remove();
  });

  it('fails with another kind of server', async () => {
    const web = await listening(createServer((_request, response) => response.end('hello')));
    await expectStartFailure(web.url, /not Redis/);
    web.close();
    // A server that speaks first, like MySQL.
    const greeting = await listening(createTcpServer((socket) => socket.end('\x4a\0\0\0\x0a5.5.5-10.11\0')));
    await expectStartFailure(greeting.url, /not Redis/);
    greeting.close();
  });

  describe('over TLS', () => {
    const certificate = () => join(folder, 'cert.pem');

    /** Starts a Redis with a self-issued certificate for this host; returns its URL on localhost. */
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

    /** Starts the server in its own process, because only its environment sets the authorities that Node trusts. */
    const spawn = (url: string) =>
      ServerProcess.spawn(folder, {
        DATABASE_URL: `sqlite:${join(folder, 'keys.db')}`,
        ADMIN_PASSWORD: 'a long enough password',
        REDIS_URL: url,
        NODE_EXTRA_CA_CERTS: certificate(),
      });

    it('fails with a certificate of an unknown authority', async () => {
      const url = await startWithTls('localhost', '--tls-auth-clients', 'no');
      await expectStartFailure(url, /certificate of the Redis server was rejected.*NODE_EXTRA_CA_CERTS/);
    });

    it.each([
      ['has a certificate for another host', 'other.example', ['--tls-auth-clients', 'no'], /altnames/],
      ['requires a client certificate', 'localhost', [], /client certificate, which isn't supported/],
    ])('fails if Redis %s', async (_name, host, more, sentence) => {
      const server = await spawn(await startWithTls(host, ...more));
      expect(await server.exit()).toBe(1);
      expect(server.stderr).toMatch(sentence);
    });

    it('works with a valid certificate', async () => {
      const server = await spawn(await startWithTls('localhost', '--tls-auth-clients', 'no'));
      await server.ready();
      const response = await fetch(`${server.url}/health/ready`);
      expect(await response.json()).toEqual({ status: 'ok', checks: { database: 'ok', redis: 'ok' } });
      expect(await server.kill()).toBe(0);
    });

    it('suggests the other URL scheme if Redis does not use the given one', async () => {
      const url = await startWithTls('localhost', '--tls-auth-clients', 'no');
      await expectDegraded(
        url.replace('rediss:', 'redis:'),
        /closed immediately \(for a port with TLS, use rediss/,
      );
      const silent = await listening(createTcpServer());
      await expectDegraded(silent.url.replace('redis:', 'rediss:'), /for a port without TLS, use redis:/);
      silent.close();
      const web = await listening(createServer());
      await expectStartFailure(web.url.replace('redis:', 'rediss:'), /doesn't use TLS/);
      web.close();
    });
  });

  it('continues without a Redis that does not exist', async () => {
    await expectDegraded(
      `redis://127.0.0.1:${await freePort()}`,
      /Redis is unreachable: connect ECONNREFUSED/,
    );
    await expectDegraded('redis://redis.invalid:6379', /Redis is unreachable: getaddrinfo/);
  });

  it('continues without a Redis that hangs', async () => {
    redis = await PrivateRedis.start();
    redis.service.hang();
    await expectDegraded(redis.url(), /Redis is unreachable: no reply/);
  });

  it('continues without a Redis that accepts connections and never responds', async () => {
    const silent = await listening(createTcpServer());
    await expectDegraded(silent.url, /Redis is unreachable: no reply/);
    silent.close();
  });

  it('continues without a Redis that fails temporarily', async () => {
    redis = await PrivateRedis.start('--maxmemory-policy', 'noeviction');
    await redis.admin.call('REPLICAOF', '127.0.0.1', String(redis.port));
    await expectDegraded(redis.url(), /read-only replica/);
    await redis.admin.call('REPLICAOF', 'NO', 'ONE');
    await redis.admin.config('SET', 'maxmemory', '1');
    await expectDegraded(redis.url(), /Redis has run out of memory/);
  });

  it('uses Redis once it recovers', async () => {
    redis = await PrivateRedis.start();
    await redis.service.kill();
    const link = await startWith(redis.url());
    expect(link.isDegraded).toBe(true);
    await redis.service.start();
    await eventually('Redis is in use', () => !link.isDegraded, 3_000);
    expect(log.lines.slice(1)).toEqual(['Redis is working again.']);
    link.onApplicationShutdown();
  });

  it('warns once if Redis would drop limits when it is full', async () => {
    redis = await PrivateRedis.start('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
    const link = await startWith(redis.url());
    await redis.admin.client('KILL', 'TYPE', 'normal');
    await eventually('the connection is restored', () => log.about(/restored/).length === 1);
    expect(log.about(/deletes rate-limit counters \(maxmemory-policy allkeys-lru\)/)).toHaveLength(1);
    link.onApplicationShutdown();
  });
});
