import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { until } from '../../test/support/held-bcrypt.js';
import { HttpListener } from './http-listener.js';
import { apiHeaders } from './response-headers.js';

const CONFIG = { host: '127.0.0.1', port: 0, publicUrl: 'http://localhost' };

let door: HttpListener;
let agent: Agent;

beforeEach(() => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  door = new HttpListener(CONFIG);
});

afterEach(async () => {
  agent.destroy();
  await door.close(0);
});

async function call(path: string, method = 'GET') {
  const outgoing = request({ port: door.port, host: '127.0.0.1', path, method, agent }).end();
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode, headers: answer.headers, text, isReused: outgoing.reusedSocket };
}

const bodyOf = ({ text }: { text: string }) => JSON.parse(text) as Record<string, unknown>;

describe('while the application starts', () => {
  beforeEach(() => door.open());

  it('tells that the process lives', async () => {
    const answer = await call('/health/live?x');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(bodyOf(answer)).toEqual({ status: 'ok', checks: {} });
    expect((await call('/health/live', 'HEAD')).status).toBe(200);
  });

  it.each([
    ['/health/ready', 'GET', { process: 'starting' }],
    ['/health/live', 'POST', undefined],
    ['/health/live/x', 'GET', undefined],
    ['/api/v1/me', 'GET', undefined],
    ['/', 'GET', undefined],
  ])('refuses everything else with 503, soon to be tried again: %s by %s', async (path, method, checks) => {
    const answer = await call(path, method);
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({
      'retry-after': '1',
      'content-type': expect.stringMatching(/^application\/problem\+json/) as unknown,
      ...apiHeaders(CONFIG),
    });
    const problem = bodyOf(answer);
    expect(problem).toMatchObject({ status: 503, code: 'unavailable' });
    expect(problem['checks']).toEqual(checks);
    expect(answer.headers['x-request-id']).toBe(problem['requestId']);
  });

  it('hands requests over on the same connection from when the application serves', async () => {
    const server = door.serverFor((_request, response) => void response.end('application'));
    expect(server).toBe(door.server);
    expect((await call('/')).status).toBe(503);
    door.serve();
    expect(await call('/')).toMatchObject({ status: 200, text: 'application', isReused: true });
  });
});

describe('listening', () => {
  it('happens once, however often it is asked for', async () => {
    const opening = door.open();
    expect(door.open()).toBe(opening);
    await opening;
    const { port } = door;
    await door.open();
    expect(door.port).toBe(port);
    expect(door.server.address()).toMatchObject({ address: CONFIG.host, port });
    // What goes wrong later is not swallowed.
    expect(door.server.listenerCount('error')).toBe(0);
  });

  it('says which setting to change when the port is taken', async () => {
    await door.open();
    const other = new HttpListener({ ...CONFIG, port: door.port });
    await expect(other.open()).rejects.toThrow(
      `Port ${door.port} on 127.0.0.1 is already in use. Stop the other program, or set another PORT.`,
    );
  });

  it.each([
    ['EACCES', /not allowed to listen on port 0. Set PORT/],
    ['EADDRNOTAVAIL', /HOST 127.0.0.1 is not an address of this machine/],
    ['ENOTFOUND', /HOST 127.0.0.1 is not an address of this machine/],
    ['EMFILE', /Cannot listen on port 0 of 127.0.0.1: why/],
  ])('says so for whatever else goes wrong: %s', async (code, says) => {
    const opening = door.open();
    const listening = new Promise((resolve) => door.server.once('listening', resolve));
    const error = Object.assign(new Error('why'), { code });
    door.server.emit('error', error);
    await expect(opening).rejects.toThrow(says);
    await expect(opening).rejects.toMatchObject({ cause: error });
    // Nothing was wrong in truth, so that it is closed below.
    await listening;
  });
});

describe('leading away', () => {
  it('asks clients for another connection, and goes on serving', async () => {
    door.serverFor((_request, response) => void response.end('served'));
    door.serve();
    await door.open();
    expect((await call('/')).headers['connection']).toBe('keep-alive');
    door.disableKeepAlive();
    expect(await call('/')).toMatchObject({ text: 'served', headers: { connection: 'close' } });
  });
});

describe('closing', () => {
  const finish: (() => void)[] = [];

  beforeEach(async () => {
    finish.length = 0;
    door.serverFor((_request, response) => void finish.push(() => response.end('late')));
    door.serve();
    await door.open();
  });

  it('waits for what is being answered, and for no idle connection', async () => {
    const answer = call('/');
    await until(() => finish.length === 1);
    let isClosed = false;
    const closing = door.close(60_000).then(() => (isClosed = true));
    // Long enough for one that would cut it off at once.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isClosed).toBe(false);
    finish[0]!();
    expect((await answer).text).toBe('late');
    // The client would keep its connection.
    await closing;
  });

  it('cuts off what takes too long', async () => {
    const answer = call('/').catch((error: Error) => error.message);
    await until(() => finish.length === 1);
    await door.close(20);
    expect(await answer).toMatch(/socket hang up|aborted|ECONNRESET/);
  });

  it('takes no new connection', async () => {
    const { port } = door;
    await door.close(0);
    const outgoing = request({ port, host: '127.0.0.1' }).end();
    const [error] = (await once(outgoing, 'error')) as [Error];
    expect(error.message).toMatch(/ECONNREFUSED/);
  });

  it('is nothing where nobody listens', async () => {
    await new HttpListener(CONFIG).close(60_000);
  });
});
