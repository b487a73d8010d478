// An HTTP client that uses little CPU and leaves the two cores to the measured server. It writes prebuilt
// requests, one at a time per connection, and reads only status and length of each response.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const RESPONSE_MS = 30_000;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

export interface LoadResult {
  readonly latenciesMs: number[];
  readonly perSecond: number;
}

interface Load {
  readonly port: number;
  /** The number of connections, opened before the first request. */
  readonly connections: number;
  /** Returns the bytes of the n-th request, counted from 0. */
  readonly request: (n: number) => Buffer;
  /** The expected statuses. Any other status ends the benchmark, because its numbers would mean nothing. */
  readonly expected: readonly number[];
}

/**
 * Returns the bytes of a request with a key.
 * @param from the client address that a proxy would report.
 */
export function requestOf(
  method: 'GET' | 'POST',
  path: string,
  key: string,
  { body = '', from }: { readonly body?: string; readonly from?: string } = {},
): Buffer {
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${key}\r\n` +
      (from === undefined ? '' : `X-Forwarded-For: ${from}\r\n`) +
      (method === 'POST'
        ? `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
        : '') +
      `\r\n${body}`,
  );
}

export const pingOf = (key: string, from?: string): Buffer =>
  requestOf('POST', '/api/v1/ping', key, { body: '{"key":"value"}', ...(from !== undefined && { from }) });

/** A keep-alive connection that carries one request at a time. */
class Connection {
  private received: Buffer = Buffer.alloc(0);
  private done: ((status: number) => void) | null = null;
  private fail: (error: Error) => void = () => undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true).setTimeout(RESPONSE_MS, () => socket.destroy(new Error('No response arrived.')));
    socket.on('data', (chunk: Buffer) => this.read(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('The server closed the connection.')));
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Connection(socket);
  }

  send(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.done = resolve;
      this.fail = reject;
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const end = this.received.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = this.received.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.received.length < end + END_OF_HEAD.length + length) return;
    this.received = Buffer.alloc(0);
    this.done?.(Number(head.slice(9, 12)));
  }
}

/** Sends `count` requests as fast as the connections allow. */
export function flood(load: Load & { readonly count: number }): Promise<LoadResult> {
  let left = load.count;
  return run(load, async (send) => {
    const sendInTurn = async () => {
      while (left-- > 0) await send();
    };
    await Promise.all(Array.from({ length: load.connections }, sendInTurn));
  });
}

/**
 * Sends requests at random times with a given average rate, without waiting for earlier responses, like
 * independent clients. Two senders at an even pace would fall into step.
 */
export async function arrivals(
  load: Load & { readonly perSecond: number; readonly seconds: number },
): Promise<LoadResult> {
  const startedAt = performance.now();
  const endsAt = startedAt + load.seconds * 1_000;
  return run(load, async (send) => {
    const running: Promise<void>[] = [];
    for (let due = startedAt; due < endsAt; due += (-Math.log(1 - Math.random()) * 1_000) / load.perSecond) {
      const waitMs = due - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      running.push(send());
    }
    await Promise.all(running);
  });
}

type Work = (send: () => Promise<void>) => Promise<void>;

async function run({ port, connections, request, expected }: Load, work: Work): Promise<LoadResult> {
  const opened = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const idle = [...opened];
  const latenciesMs: number[] = [];
  let sent = 0;
  let failure: Error | null = null;
  const send = async () => {
    try {
      // Not awaited: a client that waits must not delay the others.
      const connection = idle.pop() ?? opened[opened.push(await Connection.open(port)) - 1]!;
      const n = sent++;
      const sentAt = performance.now();
      const status = await connection.send(request(n));
      latenciesMs.push(performance.now() - sentAt);
      if (!expected.includes(status)) throw new Error(`The server responded with ${status}.`);
      idle.push(connection);
    } catch (error) {
      failure ??= error as Error;
    }
  };
  const startedAt = performance.now();
  try {
    await work(send);
    if (failure) throw failure as Error;
    return { latenciesMs, perSecond: (latenciesMs.length * 1_000) / (performance.now() - startedAt) };
  } finally {
    for (const connection of opened) connection.close();
  }
}
