import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { makeCertificates } from '../support/certificates.js';
import { DATABASES } from '../support/databases.js';
import { PrivateService } from '../support/private-services.js';
import { ServerProcess } from '../support/server-process.js';

const onMariadb = DATABASES.length > 1 ? describe : describe.skip;

onMariadb('a MariaDB with TLS', () => {
  let folder: string;
  let ca: string;
  let service: PrivateService;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chameleon-tls-'));
    const certificates = makeCertificates(folder, 'DNS:db.example.com, IP:127.0.0.1');
    ca = certificates.ca;
    service = await PrivateService.mariadb(
      `--ssl-cert=${certificates.cert}`,
      `--ssl-key=${certificates.key}`,
    );
    await service.start();
    const root = await createConnection({ host: '127.0.0.1', port: service.port, user: 'root' });
    await root.query('CREATE DATABASE chameleon');
    await root.end();
  }, 60_000);

  afterAll(async () => {
    await service.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Returns the server's output if it does not start, or `ready`. */
  async function start(host: string, env: Record<string, string>): Promise<string> {
    const url = `mariadb://root@${host}:${service.port}/chameleon?tls=true`;
    const server = await ServerProcess.spawn(folder, {
      DATABASE_URL: url,
      ADMIN_PASSWORD: 'a long enough password',
      BCRYPT_COST: '4',
      ...env,
    });
    const ready = server.ready().then(
      () => 'ready',
      () => 'ended',
    );
    const outcome = await Promise.race([ready, server.exit().then(() => 'ended')]);
    await server.kill('SIGKILL');
    return outcome === 'ready' ? outcome : server.output;
  }

  it('is used under each name or address in its certificate', async () => {
    expect(await start('127.0.0.1', { NODE_EXTRA_CA_CERTS: ca })).toBe('ready');
  });

  it('is not used under another name, because the certificate may belong to someone else', async () => {
    expect(await start('localhost', { NODE_EXTRA_CA_CERTS: ca })).toMatch(
      /The database server's certificate is not valid for localhost\. In DATABASE_URL, use a host name/,
    );
  });

  it('is not used with a certificate of an unknown authority', async () => {
    expect(await start('127.0.0.1', {})).toMatch(
      /The certificate of 127\.0\.0\.1 was rejected: unable to verify.*NODE_EXTRA_CA_CERTS/,
    );
  });
});
