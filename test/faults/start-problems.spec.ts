import { createServer, type AddressInfo } from 'node:net';
import { createConnection, type Connection } from 'mysql2/promise';
import { MIGRATIONS } from '../../migrations/index.js';
import { parseEnv } from '../../src/settings/index.js';
import { explainDatabaseError } from '../../src/database/driver-errors/explain-database-error.js';
import { databaseOptions, SchemaDataSource } from '../../src/database/index.js';
import { DATABASES } from '../support/databases.js';
import { PrivateService } from '../support/private-services.js';
import { freePort } from '../support/server-process.js';

const onMariadb = DATABASES.length > 1 ? describe : describe.skip;

/** Returns the error of a start with this database, or `null` if it succeeds. */
async function problemOf(url: string): Promise<string | null> {
  const settings = parseEnv({ DATABASE_URL: url });
  const dataSource = new SchemaDataSource(
    databaseOptions(settings, 'migrations', { migrations: MIGRATIONS }),
  );
  try {
    await dataSource.initialize();
    await dataSource.runMigrations();
    return null;
  } catch (error) {
    return explainDatabaseError(error, settings.database).message;
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

onMariadb('a start on a server with other settings', () => {
  let server: PrivateService;
  let root: Connection;

  const urlOf = (user: string, database = 'chameleon') =>
    `mariadb://${user}@127.0.0.1:${server.port}/${database}`;
  const run = (statement: string) => root.query(statement);

  beforeAll(async () => {
    server = await PrivateService.mariadb('--log-bin=log', '--plugin-load-add=auth_ed25519');
    await server.start();
    root = await createConnection({ host: '127.0.0.1', port: server.port, user: 'root' });
    await run('CREATE DATABASE chameleon');
    await run("CREATE USER ada@'127.0.0.1' IDENTIFIED BY 'secret'");
    await run("GRANT ALL ON chameleon.* TO ada@'127.0.0.1'");
    await run("CREATE USER curve@'127.0.0.1' IDENTIFIED VIA ed25519 USING PASSWORD('secret')");
    await run("CREATE USER reader@'127.0.0.1'");
    await run("GRANT SELECT ON chameleon.* TO reader@'127.0.0.1'");
    await run("CREATE USER locked@'127.0.0.1' ACCOUNT LOCK");
    await run("CREATE USER nobody@'127.0.0.1'");
  }, 60_000);

  afterAll(async () => {
    await root.end();
    await server.remove();
  });

  it.each([
    ['a wrong password', 'ada:wrong', 'chameleon', /rejected the user name ada or its password\. Correct/],
    ['an unknown user', 'eve:secret', 'chameleon', /rejected the user name eve or its password/],
    ['a missing database', 'root', 'nowhere', /The database nowhere does not exist\. Create it/],
    [
      'a user without permissions',
      'nobody',
      'chameleon',
      /The user nobody has no access to the database chameleon\. Grant/,
    ],
    [
      'a user with read-only access',
      'reader',
      'chameleon',
      /The user reader is not allowed to create or change tables\. Grant/,
    ],
    [
      'a plugin that the driver does not support',
      'curve:secret',
      'chameleon',
      /account curve uses an authentication plugin/,
    ],
    ['a locked account', 'locked', 'chameleon', /The database account locked is locked/],
  ])('explains the problem and the solution for %s', async (_, user, database, sentence) => {
    expect(await problemOf(urlOf(user, database))).toMatch(sentence);
  });

  it('reports a read-only server', async () => {
    await run('SET GLOBAL read_only = 1');
    expect(await problemOf(urlOf('ada:secret'))).toMatch(
      /127\.0\.0\.1 is read-only\. It may be a replica\. Set DATABASE_URL/,
    );
    await run('SET GLOBAL read_only = 0');
  });

  it('reports a statement-based binary log, even if the tables are up to date', async () => {
    await run("SET GLOBAL binlog_format = 'STATEMENT'");
    const sentence = /uses statement-based binary logging.*Set its binlog_format to MIXED or ROW/;
    expect(await problemOf(urlOf('ada:secret'))).toMatch(sentence);
    await run("SET GLOBAL binlog_format = 'ROW'");
    expect(await problemOf(urlOf('ada:secret'))).toBeNull();
    await run("SET GLOBAL binlog_format = 'STATEMENT'");
    expect(await problemOf(urlOf('ada:secret'))).toMatch(sentence);
    await run("SET GLOBAL binlog_format = 'ROW'");
  });

  it('reports that no connection is free', async () => {
    await run('SET GLOBAL max_connections = 10');
    const all = await Promise.all(
      Array.from({ length: 12 }, () =>
        createConnection({ host: '127.0.0.1', port: server.port, user: 'ada', password: 'secret' }).catch(
          () => null,
        ),
      ),
    );
    expect(await problemOf(urlOf('ada:secret'))).toMatch(
      /has no free connections\. Increase its max_connections/,
    );
    for (const one of all) await one?.end();
    await run('SET GLOBAL max_connections = 100');
  });

  it('reports a server without TLS if TLS is required', async () => {
    expect(await problemOf(`${urlOf('ada:secret')}?tls=true`)).toMatch(
      /does not support encrypted connections\. Set up TLS/,
    );
  });
});

it('reports a silent server, an unknown host, and a server of another protocol', async () => {
  const port = await freePort();
  expect(await problemOf(`mariadb://root@127.0.0.1:${port}/test`)).toMatch(
    /No database server is listening at 127\.0\.0\.1:\d+\. Start/,
  );
  expect(await problemOf('mysql://root@nowhere.invalid/test')).toMatch(
    /nowhere\.invalid cannot be (found|resolved)/,
  );

  const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const { port: webPort } = web.address() as AddressInfo;
  expect(await problemOf(`mariadb://root@127.0.0.1:${webPort}/test`)).toMatch(
    /did not respond like a MySQL or MariaDB/,
  );
  await new Promise((resolve) => web.close(resolve));
});
