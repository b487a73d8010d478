import type { Server } from './servers.js';

interface ComparedResponse {
  readonly fields: string;
  readonly shape: string;
  readonly length: string | null;
}

/** Fails the benchmark unless both servers respond with the same headers and a body of the same shape and length. */
export async function assertSameResponse(service: Server, reference: Server, key: string): Promise<void> {
  const [expected, other] = await Promise.all([responseOf(service, key), responseOf(reference, key)]);
  for (const part of ['fields', 'shape', 'length'] as const) {
    if (expected[part] === other[part]) continue;
    throw new Error(`The comparison is not fair, ${part} differ:\n${expected[part]}\n${other[part]}`);
  }
}

async function responseOf({ port }: Server, key: string): Promise<ComparedResponse> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/ping`, {
    method: 'POST',
    headers: { 'X-API-Key': key, 'Content-Type': 'application/json' },
    body: '{"key":"value"}',
  });
  return {
    fields: [...response.headers.keys()].sort().join(', '),
    shape: shapeOf(await response.json()),
    length: response.headers.get('content-length'),
  };
}

function shapeOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  const entries = Object.entries(value).map(([name, inner]) => `${name}: ${shapeOf(inner)}`);
  return `{${entries.sort().join(', ')}}`;
}
