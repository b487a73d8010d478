import { type ListPosition, SliceQuery, toListDto } from './pagination.js';
import { AppError } from '../errors/index.js';

const cursorOf = (position: ListPosition): string => {
  const { nextCursor } = toListDto({ items: [], next: position }, () => null);
  return nextCursor!;
};
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function problemOf(cursor: string, hasSortTime = false): AppError | null {
  try {
    SliceQuery.toRequest({ cursor }, hasSortTime);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

it('requests the first 20 entries by default', () => {
  expect(SliceQuery.toRequest({})).toEqual({ limit: 20, after: null });
});

it.each([
  { createdAt: new Date('2026-11-22T10:11:12.345Z'), id: '0123456789AB' },
  { createdAt: new Date('2026-11-22T10:11:12.000Z'), id: '4f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11' },
  { createdAt: new Date(0), id: 'z' },
])('decodes a cursor to its position: $id', (position) => {
  const cursor = cursorOf(position);
  expect(SliceQuery.toRequest({ limit: 5, cursor })).toEqual({ limit: 5, after: position });
  expect(cursor).toMatch(/^[\w-]{1,200}$/);
});

it.each([
  { sortTime: new Date('2026-11-22T10:11:12.345Z'), createdAt: new Date(0), id: '0123456789AB' },
  { sortTime: null, createdAt: new Date('2026-11-22T10:11:12.345Z'), id: '0123456789AB' },
])('decodes a cursor with the sort time $sortTime, but only in lists with sort times', (position) => {
  const cursor = cursorOf(position);
  expect(SliceQuery.toRequest({ cursor }, true)).toEqual({ limit: 20, after: position });
  expect(problemOf(cursor)).toMatchObject({ errors: [{ field: 'cursor', code: 'invalid_cursor' }] });
});

it.each([
  ['no sort time', encode([1, 'a'])],
  ['a string as the sort time', encode(['1', 1, 'a'])],
  ['a sort time before 1970', encode([-1, 1, 'a'])],
  ['an undefined creation time', encode([null, null, 'a'])],
])('rejects a cursor with %s in lists with sort times', (_what, cursor) => {
  expect(problemOf(cursor, true)).toMatchObject({ errors: [{ field: 'cursor', code: 'invalid_cursor' }] });
});

it('returns no cursor on the last page', () => {
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
  ['a string as the time', encode(['1', 'a'])],
  ['a fraction as the time', encode([1.5, 'a'])],
  ['a time before 1970', encode([-1, 'a'])],
  ['a time that Date does not support', encode([8.64e15 + 1, 'a'])],
  ['a time that databases do not support', encode([Date.UTC(10_000, 0), 'a'])],
  ['a number as the id', encode([1, 2])],
  ['an empty id', encode([1, ''])],
  ['an id with a quote', encode([1, "a' OR 1=1"])],
  ['an id that is too long', encode([1, 'a'.repeat(65)])],
])('rejects a cursor that contains %s', (_what, cursor) => {
  expect(problemOf(cursor)).toMatchObject({
    kind: { status: 400, code: 'validation_failed' },
    errors: [{ field: 'cursor', code: 'invalid_cursor', message: 'is not a valid cursor', params: {} }],
  });
});

it('either decodes or rejects an altered cursor', () => {
  const cursor = cursorOf({ createdAt: new Date('2026-11-22T10:11:12.345Z'), id: '0123456789AB' });
  for (let index = 0; index < cursor.length; index++) {
    for (const other of ['A', '_', '9', '']) {
      const problem = problemOf(cursor.slice(0, index) + other + cursor.slice(index + 1));
      expect(problem?.kind.code ?? 'validation_failed').toBe('validation_failed');
    }
  }
});
