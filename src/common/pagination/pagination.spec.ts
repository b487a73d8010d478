import { type Position, SliceQuery, toListDto } from './pagination.js';
import { AppError } from '../errors/index.js';

const cursorOf = (position: Position): string => {
  const { nextCursor } = toListDto({ items: [], next: position }, () => null);
  return nextCursor!;
};
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function problemOf(cursor: string): AppError | null {
  try {
    SliceQuery.toRequest({ cursor });
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

it('asks for twenty entries from the start when nothing is said', () => {
  expect(SliceQuery.toRequest({})).toEqual({ limit: 20, after: null });
});

it.each([
  { createdAt: new Date('2026-11-22T10:11:12.345Z'), id: '0123456789AB' },
  { createdAt: new Date('2026-11-22T10:11:12.000Z'), id: '4f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11' },
  { createdAt: new Date(0), id: 'z' },
])('takes a cursor back as the position that it was made of: $id', (position) => {
  const cursor = cursorOf(position);
  expect(SliceQuery.toRequest({ limit: 5, cursor })).toEqual({ limit: 5, after: position });
  expect(cursor).toMatch(/^[\w-]{1,200}$/);
});

it('gives no cursor on the last page', () => {
  expect(toListDto({ items: [1, 2], next: null }, String)).toEqual({ data: ['1', '2'], nextCursor: null });
});

it.each([
  ['nothing', ''],
  ['words', 'not a cursor'],
  ['no JSON', Buffer.from('[1,').toString('base64url')],
  ['null', encode(null)],
  ['an object', encode({ createdAt: 1, id: 'a' })],
  ['one value', encode([1])],
  ['three values', encode([1, 'a', 'b'])],
  ['a text for the time', encode(['1', 'a'])],
  ['a fraction for the time', encode([1.5, 'a'])],
  ['a time before 1970', encode([-1, 'a'])],
  ['a time beyond all dates', encode([8.64e15 + 1, 'a'])],
  ['a time that databases do not know', encode([Date.UTC(10_000, 0), 'a'])],
  ['a number for the id', encode([1, 2])],
  ['an empty id', encode([1, ''])],
  ['an id with a quote', encode([1, "a' OR 1=1"])],
  ['an id that is too long', encode([1, 'a'.repeat(65)])],
])('refuses a cursor that holds %s', (_what, cursor) => {
  expect(problemOf(cursor)).toMatchObject({
    kind: { status: 400, code: 'validation_failed' },
    errors: [{ field: 'cursor', code: 'invalid_cursor', message: 'is not a valid cursor', params: {} }],
  });
});

it('never fails in another way when a cursor was altered', () => {
  const cursor = cursorOf({ createdAt: new Date('2026-11-22T10:11:12.345Z'), id: '0123456789AB' });
  for (let index = 0; index < cursor.length; index++) {
    for (const other of ['A', '_', '9', '']) {
      const problem = problemOf(cursor.slice(0, index) + other + cursor.slice(index + 1));
      expect(problem?.kind.code ?? 'validation_failed').toBe('validation_failed');
    }
  }
});
