import type { Server } from './servers.js';

interface Answer {
  readonly fields: string;
  readonly shape: string;
  readonly length: string | null;
}

/** Fails the benchmark unless both servers answer with the same fields and a body of the same shape and length. */
export async function assertSameAnswer(ours: Server, theirs: Server, key: string): Promise<void> {
  const [mine, other] = await Promise.all([answerOf(ours, key), answerOf(theirs, key)]);
  for (const part of ['fields', 'shape', 'length'] as const) {
    if (mine[part] === other[part]) continue;
    throw new Error(`The comparison is not fair, ${part} differ:\n${mine[part]}\n${other[part]}`);
  }
}

async function answerOf({ port }: Server, key: string): Promise<Answer> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/ping`, {
    method: 'POST',
    headers: { 'X-API-Key': key, 'Content-Type': 'application/json' },
    body: '{"key":"value"}',
  });
  return {
    fields: [...answer.headers.keys()].sort().join(', '),
    shape: shapeOf(await answer.json()),
    length: answer.headers.get('content-length'),
  };
}

function shapeOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  const entries = Object.entries(value).map(([name, inner]) => `${name}: ${shapeOf(inner)}`);
  return `{${entries.sort().join(', ')}}`;
}
