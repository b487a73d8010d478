// Traps: Node hands over all requests that arrived on a connection together at once, however many, and each
// chunk of a body, however small. One packet of 64 KB could so keep everybody else waiting for seconds.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';

/** A slow or silent client must not hold a connection for ever. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than any proxy keeps idle connections, so that it is never us who closes one that is just used again. */
const KEEP_ALIVE_MS = 72_000;
/** How many requests may wait on one connection for the answer to the one before. */
const MAX_WAITING = 100;
/** What Node's parser is told of an upgrade. */
const IS_UPGRADE = 2;
/** Of ten bytes each they make a whole body. */
const MAX_CHUNKS = 10_000;

/** The server of HTTP/1.1 below everything else. @param handle gets one request of a connection at a time. */
export function createHttpServer(handle: RequestListener): Server {
  const waiting = new WeakMap<object, number>();

  /** Requests that were sent without waiting for an answer, RFC 9112, section 9.3.2: one each turn, in their order. */
  function handleLater(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const before = waiting.get(socket) ?? 0;
    if (before === MAX_WAITING) return hangUp(socket);
    waiting.set(socket, before + 1);
    response.once('socket', () => {
      waiting.set(socket, waiting.get(socket)! - 1);
      setImmediate(handle, request, response);
    });
  }

  const server = createServer(
    { requireHostHeader: false, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      if (request.headers['transfer-encoding'] !== undefined) boundChunks(request, response);
      // It gets its connection when all answers before it are sent.
      if (response.socket === null) handleLater(request, response);
      else handle(request, response);
    },
  );
  // Node would drop what comes after the thousandth field in silence, such as the address a proxy appends.
  server.maxHeadersCount = 0;
  // An unknown expectation is ignored, as RFC 9110, section 10.1.1 allows, instead of answered by Node.
  server.on('checkExpectation', (request, response) => void server.emit('request', request, response));
  return server;
}

/**
 * Ends a connection, and lets what has arrived on it unread. Trap: Node would still make requests of thousands of
 * lines that came in the same packet; its parser has no public way to stop, but ends where a request is an upgrade.
 */
function hangUp(socket: Socket): void {
  const { parser } = socket as { parser?: { onIncoming?: () => number } };
  if (parser?.onIncoming) parser.onIncoming = () => IS_UPGRADE;
  socket.destroy();
}

/** Hangs up on whoever sends a body in crumbs, also where nobody reads it any more. */
function boundChunks(request: IncomingMessage, response: ServerResponse): void {
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
