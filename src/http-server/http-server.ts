// Caution: Node emits all pipelined requests of a packet without a pause in between. It also emits every chunk of a body
// separately, however small the chunk is. So a single packet of 64 KB could block all other clients for seconds.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';

/** The timeout for receiving a request. A slow or silent client must not keep a connection open forever. */
const REQUEST_TIMEOUT_MS = 30_000;
/**
 * The time after which idle connections are closed. It is longer than the time for which proxies keep idle connections.
 * If this server closed a connection first, a proxy could be sending a request at that moment.
 */
const KEEP_ALIVE_MS = 72_000;
/**
 * The maximum number of pipelined requests that may wait on one connection. If a client sends more, its connection is
 * closed.
 */
const MAX_PIPELINED = 100;
/** The return value of `onIncoming` that makes Node's parser treat the request as an upgrade. */
const IS_UPGRADE = 2;
/** The maximum number of chunks in a body. With chunks of about 10 bytes, a body of the maximum size has this many. */
const MAX_CHUNKS = 10_000;

/**
 * Creates the HTTP/1.1 server.
 * @param handler handles the requests. It gets only one request at a time from each connection.
 */
export function createHttpServer(handler: RequestListener): Server {
  const pipelined = new WeakMap<object, number>();

  /**
   * Passes a pipelined request (RFC 9112, section 9.3.2) to the handler after the previous response has been sent. It
   * does so in a later turn of the event loop, so that other clients don't have to wait.
   */
  function handlePipelined(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const count = pipelined.get(socket) ?? 0;
    if (count === MAX_PIPELINED) return dropConnection(socket);
    pipelined.set(socket, count + 1);
    response.once('socket', () => {
      pipelined.set(socket, pipelined.get(socket)! - 1);
      setImmediate(handler, request, response);
    });
  }

  const server = createServer(
    { requireHostHeader: false, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      if (request.headers['transfer-encoding'] !== undefined) limitChunks(request, response);
      // Node assigns the socket to a response only after all previous responses have been sent.
      if (response.socket === null) handlePipelined(request, response);
      else handler(request, response);
    },
  );
  // By default, Node silently drops all headers after the first 1,000. The dropped headers could include the address
  // that a proxy appends.
  server.maxHeadersCount = 0;
  // The server ignores unknown expectations, which RFC 9110, section 10.1.1, allows. Without this listener, Node would
  // respond with an error.
  server.on('checkExpectation', (request, response) => void server.emit('request', request, response));
  return server;
}

/**
 * Closes a connection without reading the rest of its data. Caution: after `destroy`, Node would still parse all requests
 * in the current packet, possibly thousands. The parser has no public method that stops it, but it stops at an upgrade.
 */
function dropConnection(socket: Socket): void {
  const { parser } = socket as { parser?: { onIncoming?: () => number } };
  if (parser?.onIncoming) parser.onIncoming = () => IS_UPGRADE;
  socket.destroy();
}

/**
 * Closes the connection of a client that sends its body in too many chunks. Also closes the connection if the response
 * is sent before the complete body has arrived, because Node would still have to parse the rest of the body.
 */
function limitChunks(request: IncomingMessage, response: ServerResponse): void {
  let chunks = 0;
  const push = request.push.bind(request);
  request.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (++chunks > MAX_CHUNKS) request.destroy();
    return push(chunk, encoding);
  };
  response.once('finish', () => {
    if (!request.complete) request.socket.destroySoon();
  });
}
