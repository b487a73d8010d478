import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { until } from '../../test/support/held-bcrypt.js';
import { HttpListener } from './http-listener.js';
import { apiHeaders } from './headers/response-headers.js';

const SETTINGS = { host: '127.0.0.1', port: 0, publicUrl: 'http://localhost' };

let listener: HttpListener;
let agent: Agent;

beforeEach(() => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  listener = new HttpListener(SETTINGS);
});

afterEach(async () => {
  agent.destroy();
  await listener.close(0);
});

async function call(path: string, method = 'GET') {
  const outgoing = request({ port: listener.port, host: '127.0.0.1', path, method, agent }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, text, isReused: outgoing.reusedSocket };
}

const bodyOf = ({ text }: { text: string }) => JSON.parse(text) as Record<string, unknown>;

describe('while the application starts', () => {
  beforeEach(() => listener.listen());

  it('answers liveness checks', async () => {
    const response = await call('/health/live?x');
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(bodyOf(response)).toEqual({ status: 'ok', checks: {} });
    expect((await call('/health/live', 'HEAD')).status).toBe(200);
  });

  it.each([
    ['/health/ready', 'GET', { process: 'starting' }],
    ['/health/live', 'POST', undefined],
    ['/health/live/x', 'GET', undefined],
    ['/api/v1/me', 'GET', undefined],
    ['/', 'GET', undefined],
  ])('rejects %s with %s and lets the client retry after a second', async (path, method, checks) => {
    const response = await call(path, method);
    expect(response.status).toBe(503);
    expect(response.headers).toMatchObject({
      'retry-after': '1',
      'content-type': expect.stringMatching(/^application\/problem\+json/) as unknown,
      ...apiHeaders(SETTINGS),
    });
    const problem = bodyOf(response);
    expect(problem).toMatchObject({ status: 503, code: 'unavailable' });
    expect(problem['checks']).toEqual(checks);
    expect(response.headers['x-request-id']).toBe(problem['requestId']);
  });

  it('passes requests on an existing connection to the application once it serves', async () => {
    const server = listener.attach((_request, response) => void response.end('application'));
    expect(server).toBe(listener.server);
    expect((await call('/')).status).toBe(503);
    listener.startServing();
    expect(await call('/')).toMatchObject({ status: 200, text: 'application', isReused: true });
  });
});

describe('listening', () => {
  it('starts only once', async () => {
    const started = listener.listen();
    expect(listener.listen()).toBe(started);
    await started;
    const { port } = listener;
    await listener.listen();
    expect(listener.port).toBe(port);
    expect(listener.server.address()).toMatchObject({ address: SETTINGS.host, port });
    // After a successful start, the listener must not swallow errors.
    expect(listener.server.listenerCount('error')).toBe(0);
  });

  it('names the setting to change when the port is in use', async () => {
    await listener.listen();
    const other = new HttpListener({ ...SETTINGS, port: listener.port });
    await expect(other.listen()).rejects.toThrow(
      `Port ${listener.port} on 127.0.0.1 is already in use. Stop the program that uses the port, or set PORT to a different number.`,
    );
  });

  it.each([
    ['EACCES', /not allowed to listen on port 0. Set PORT/],
    ['EADDRNOTAVAIL', /HOST is 127.0.0.1, which is not an address of this machine/],
    ['ENOTFOUND', /HOST is 127.0.0.1, which is not an address of this machine/],
    ['EMFILE', /Listening on port 0 of 127.0.0.1 failed: why/],
  ])('explains the error %s', async (code, message) => {
    const started = listener.listen();
    const listening = new Promise((resolve) => listener.server.once('listening', resolve));
    const error = Object.assign(new Error('why'), { code });
    listener.server.emit('error', error);
    await expect(started).rejects.toThrow(message);
    await expect(started).rejects.toMatchObject({ cause: error });
    // The error was simulated, so the server listens and has to be closed.
    await listening;
  });
});

describe('without keep-alive', () => {
  it('closes each connection after a response, and continues to serve', async () => {
    listener.attach((_request, response) => void response.end('served'));
    listener.startServing();
    await listener.listen();
    expect((await call('/')).headers['connection']).toBe('keep-alive');
    listener.disableKeepAlive();
    expect(await call('/')).toMatchObject({ text: 'served', headers: { connection: 'close' } });
  });
});

describe('closing', () => {
  const sendResponse: (() => void)[] = [];

  beforeEach(async () => {
    sendResponse.length = 0;
    listener.attach((_request, response) => void sendResponse.push(() => response.end('late')));
    listener.startServing();
    await listener.listen();
  });

  it('waits for open requests, but not for idle connections', async () => {
    const response = call('/');
    await until(() => sendResponse.length === 1);
    let isClosed = false;
    const closing = listener.close(60_000).then(() => (isClosed = true));
    // If `close` aborted open requests immediately, it would have resolved by now.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isClosed).toBe(false);
    sendResponse[0]!();
    expect((await response).text).toBe('late');
    // The client keeps its connection open, so the server has to close it.
    await closing;
  });

  it('aborts requests that take too long', async () => {
    const response = call('/').catch((error: Error) => error.message);
    await until(() => sendResponse.length === 1);
    await listener.close(20);
    expect(await response).toMatch(/socket hang up|aborted|ECONNRESET/);
  });

  it('accepts no new connection', async () => {
    const { port } = listener;
    await listener.close(0);
    const outgoing = request({ port, host: '127.0.0.1' }).end();
    const [error] = (await once(outgoing, 'error')) as [Error];
    expect(error.message).toMatch(/ECONNREFUSED/);
  });

  it('resolves at once when the server never listened', async () => {
    await new HttpListener(SETTINGS).close(60_000);
  });
});
