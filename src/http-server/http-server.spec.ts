import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { until } from '../../test/support/held-bcrypt.js';
import { createHttpServer } from './http-server.js';

const GET = 'GET / HTTP/1.1\r\n\r\n';
const CHUNKED = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n';

let server: Server;
let sockets: Socket[];
/** The requests that the handler got, oldest first. */
let handled: { request: IncomingMessage; response: ServerResponse }[];

beforeEach(async () => {
  handled = [];
  sockets = [];
  server = createHttpServer((request, response) => void handled.push({ request, response }));
  server.on('clientError', (_error, socket) => void socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Sends bytes on a new connection. */
function send(bytes: string) {
  const connection = { received: '', isClosed: false };
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(bytes));
  sockets.push(socket);
  socket.on('data', (chunk: Buffer) => (connection.received += chunk.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => (connection.isClosed = true));
  return connection;
}

const countResponses = ({ received }: { received: string }) => received.split('HTTP/1.1 200').length - 1;
/** Lets the event loop handle the data that has arrived. */
const turns = async (count = 5) => {
  for (let i = 0; i < count; i++) await new Promise(setImmediate);
};

it('gives clients at most 30 seconds to send a request', () => {
  expect(server.requestTimeout).toBe(30_000);
  expect(server.headersTimeout).toBeLessThanOrEqual(30_000);
});

it('keeps idle connections longer than proxies do', () => expect(server.keepAliveTimeout).toBe(72_000));

it('keeps headers after the first 1,000', async () => {
  send(`GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(1_100)}X-Last: here\r\n\r\n`);
  await until(() => handled.length === 1);
  expect(handled[0]!.request.headers['x-last']).toBe('here');
});

it('handles pipelined requests one by one and in order', async () => {
  const connection = send(['a', 'b', 'c'].map((path) => GET.replace('/', `/${path}`)).join(''));
  await until(() => handled.length === 1);
  for (const count of [1, 2, 3]) {
    await turns();
    expect(handled.map(({ request }) => request.url)).toEqual(['/a', '/b', '/c'].slice(0, count));
    handled[count - 1]!.response.end();
    if (count < 3) await until(() => handled.length === count + 1);
  }
  await until(() => countResponses(connection) === 3);
});

it('lets 100 pipelined requests wait, and closes the connection at the next', async () => {
  const polite = send(GET.repeat(1 + 100));
  await until(() => handled.length === 1);
  await turns();
  expect(polite.isClosed).toBe(false);
  for (let i = 0; i < 101; i++) {
    await until(() => handled.length > i);
    handled[i]!.response.end();
  }
  await until(() => countResponses(polite) === 101);
  // No pipelined request is waiting any more, so the client may send the maximum number again.
  sockets[0]!.write(GET.repeat(1 + 100));
  await until(() => handled.length === 102);
  await turns();
  expect(polite.isClosed).toBe(false);

  const rude = send(GET.repeat(1 + 101));
  await until(() => rude.isClosed);
  expect(countResponses(rude)).toBe(0);
});

describe('a chunked body', () => {
  const body = (chunks: number) => `${CHUNKED}${'1\r\nx\r\n'.repeat(chunks)}0\r\n\r\n`;
  const read = async () => {
    await until(() => handled.length === 1);
    const { request, response } = handled[0]!;
    let length = 0;
    request.on('data', (chunk: Buffer) => (length += chunk.length));
    request.on('error', () => undefined);
    request.on('end', () => response.end(String(length)));
  };

  it('can have 9,999 chunks', async () => {
    const connection = send(body(9_999));
    await read();
    await until(() => countResponses(connection) === 1);
    expect(connection.received).toMatch(/9999/);
  });

  it('with more chunks closes the connection', async () => {
    const connection = send(body(10_000));
    await read();
    await until(() => connection.isClosed);
    expect(countResponses(connection)).toBe(0);
  });

  it('closes the connection when it is incomplete after the response', async () => {
    const connection = send(`${CHUNKED}1\r\nx\r\n`);
    await until(() => handled.length === 1);
    handled[0]!.response.end();
    await until(() => connection.isClosed);
    expect(countResponses(connection)).toBe(1);
  });

  it('keeps the connection open when it is complete', async () => {
    const connection = send(body(1));
    await read();
    await until(() => countResponses(connection) === 1);
    sockets[0]!.write(GET);
    await until(() => handled.length === 2);
    expect(connection.isClosed).toBe(false);
  });
});
