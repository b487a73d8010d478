import { connect } from 'node:net';

export interface RawResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

/**
 * Sends exactly these bytes over a new connection, for what no HTTP client would send. Reads the response
 * until the server closes the connection, so the request must contain `Connection: close` if it can.
 */
export function sendRaw(url: string, bytes: string | Buffer): Promise<RawResponse> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setTimeout(5_000, () =>
      socket.destroy(new Error('The server neither responded nor closed the connection.')),
    );
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => resolve(parse(Buffer.concat(chunks).toString('latin1'))));
    socket.on('error', (error) =>
      chunks.length > 0 ? resolve(parse(Buffer.concat(chunks).toString('latin1'))) : reject(error),
    );
  });
}

function parse(response: string): RawResponse {
  const end = response.indexOf('\r\n\r\n');
  const [first = '', ...lines] = response.slice(0, end).split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(headers) as Record<string, string>,
    text: response.slice(end + 4),
  };
}
